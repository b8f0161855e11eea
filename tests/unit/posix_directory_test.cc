#include "journal/posix_directory.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "journal/journal.h"
#include "tests/unit/sample_entries.h"

namespace background_fetch {
namespace {

// The number that the next file to be opened gets: the smallest that is free.
int NextDescriptor() {
  const int descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC);
  EXPECT_GE(descriptor, 0);
  close(descriptor);
  return descriptor;
}

class PosixDirectoryTest : public testing::Test {
 protected:
  void SetUp() override {
    path_ = testing::TempDir() + "posix_directory_test_XXXXXX";
    ASSERT_NE(mkdtemp(path_.data()), nullptr);
  }
  void TearDown() override { std::filesystem::remove_all(path_); }

  std::vector<std::string> List() {
    std::vector<std::string> names = PosixDirectory(path_).List().value();
    std::sort(names.begin(), names.end());
    return names;
  }

  std::string path_;
};

TEST_F(PosixDirectoryTest, AppendCreatesThenExtends) {
  PosixDirectory directory(path_);
  EXPECT_EQ(directory.Append("a", "one "), ErrorCode::kOk);
  EXPECT_EQ(directory.Append("a", "two"), ErrorCode::kOk);
  EXPECT_EQ(directory.Read("a").value(), "one two");
}

TEST_F(PosixDirectoryTest, EmptyAppendCreatesAnEmptyFile) {
  PosixDirectory directory(path_);
  EXPECT_EQ(directory.Append("a", ""), ErrorCode::kOk);
  EXPECT_EQ(directory.Read("a").value(), "");
}

TEST_F(PosixDirectoryTest, LargeAndBinaryBytesComeBack) {
  PosixDirectory directory(path_);
  std::string bytes(1'000'000, '\0');
  for (size_t index = 0; index < bytes.size(); ++index) {
    bytes[index] = static_cast<char>(index * 7);
  }
  EXPECT_EQ(directory.Append("a", bytes), ErrorCode::kOk);
  EXPECT_EQ(directory.Read("a").value(), bytes);
}

TEST_F(PosixDirectoryTest, ListNamesEveryFileAndNothingElse) {
  PosixDirectory directory(path_);
  EXPECT_TRUE(List().empty());
  ASSERT_EQ(directory.Append("b", "1"), ErrorCode::kOk);
  ASSERT_EQ(directory.Append("a", "2"), ErrorCode::kOk);
  EXPECT_EQ(List(), (std::vector<std::string>{"a", "b"}));
}

TEST_F(PosixDirectoryTest, RemoveTakesAFileAwayAndMayBeRepeated) {
  PosixDirectory directory(path_);
  ASSERT_EQ(directory.Append("a", "1"), ErrorCode::kOk);
  EXPECT_EQ(directory.Remove("a"), ErrorCode::kOk);
  EXPECT_EQ(directory.Remove("a"), ErrorCode::kOk);
  EXPECT_TRUE(List().empty());
}

TEST_F(PosixDirectoryTest, MissingFileIsNotFound) {
  EXPECT_EQ(PosixDirectory(path_).Read("a").error(), ErrorCode::kNotFound);
}

TEST_F(PosixDirectoryTest, MissingFolderIsAnError) {
  PosixDirectory directory(path_ + "/none");
  EXPECT_EQ(directory.List().error(), ErrorCode::kIo);
  EXPECT_EQ(directory.Append("a", "1"), ErrorCode::kIo);
}

TEST_F(PosixDirectoryTest, FolderInPlaceOfAFileIsAnError) {
  PosixDirectory directory(path_);
  ASSERT_EQ(mkdir((path_ + "/a").c_str(), 0700), 0);
  EXPECT_EQ(directory.Read("a").error(), ErrorCode::kIo);
  EXPECT_EQ(directory.Append("a", "1"), ErrorCode::kIo);
  EXPECT_EQ(directory.Remove("a"), ErrorCode::kIo);
}

TEST_F(PosixDirectoryTest, FullDeviceIsAnError) {
  if (access("/dev/full", W_OK) != 0) GTEST_SKIP() << "no /dev/full";
  EXPECT_EQ(PosixDirectory("/dev").Append("full", "1"), ErrorCode::kIo);
}

TEST_F(PosixDirectoryTest, NothingStaysOpenHoweverItEnds) {
  PosixDirectory directory(path_);
  ASSERT_EQ(mkdir((path_ + "/folder").c_str(), 0700), 0);
  const int before = NextDescriptor();
  EXPECT_EQ(directory.Append("a", "1"), ErrorCode::kOk);
  EXPECT_EQ(NextDescriptor(), before);
  EXPECT_TRUE(directory.Read("a").ok());
  EXPECT_EQ(NextDescriptor(), before);
  EXPECT_TRUE(directory.List().ok());
  EXPECT_EQ(NextDescriptor(), before);
  // Opened, and then refused.
  EXPECT_FALSE(directory.Read("folder").ok());
  EXPECT_EQ(NextDescriptor(), before);
}

TEST_F(PosixDirectoryTest, JournalSurvivesAReopening) {
  const std::vector<Entry> entries = SampleEntries();
  {
    PosixDirectory directory(path_);
    Journal journal(directory);
    ASSERT_TRUE(journal.Replay([](Entry&&) {}).ok());
    for (const Entry& entry : entries) {
      ASSERT_EQ(journal.Append(entry), ErrorCode::kOk);
    }
  }
  PosixDirectory directory(path_);
  Journal journal(directory);
  std::vector<Entry> replayed;
  const auto report = journal.Replay(
      [&](Entry&& entry) { replayed.push_back(std::move(entry)); });
  ASSERT_TRUE(report.ok());
  EXPECT_TRUE(report.value().IsClean());
  EXPECT_EQ(replayed, entries);
}

}  // namespace
}  // namespace background_fetch
