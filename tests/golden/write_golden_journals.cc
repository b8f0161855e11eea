// Writes the golden journals of the present format version into new folders
// below the one given. For a new version; what is checked in stays.

#include <cstdio>
#include <filesystem>

#include "journal/posix_directory.h"
#include "tests/golden/golden_journals.h"

int main(int argument_count, char** arguments) {
  using namespace background_fetch;
  if (argument_count != 2) {
    std::fprintf(stderr, "usage: %s FOLDER\n", arguments[0]);
    return 1;
  }
  for (const GoldenJournal& golden : GoldenJournals()) {
    const std::string path = std::string(arguments[1]) + "/" + golden.name;
    if (!std::filesystem::create_directories(path)) continue;
    PosixDirectory directory(path);
    golden.WriteTo(directory);
    std::printf("wrote %s\n", path.c_str());
  }
}
