#include "journal/posix_directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>

namespace background_fetch {
namespace {

constexpr size_t kReadBufferBytes = size_t{16} * 1024;
constexpr mode_t kFileMode = 0600;  // the owner's alone

// Repeats a system call that a signal interrupted.
template <typename Call>
auto Uninterrupted(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

// An open file; closed when it goes out of scope.
class File {
 public:
  File(const std::string& path, int flags)
      : descriptor_(Uninterrupted([&] {
          return open(path.c_str(), flags | O_CLOEXEC, kFileMode);
        })) {}
  // Not repeated when interrupted: the descriptor is gone either way. Errors
  // that close could report concern durability, which is the host's to judge.
  ~File() {
    if (IsOpen()) close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  bool IsOpen() const { return descriptor_ >= 0; }
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

}  // namespace

Result<std::vector<std::string>> PosixDirectory::List() {
  DIR* const folder = opendir(path_.c_str());
  if (folder == nullptr) return ErrorCode::kIo;
  std::vector<std::string> names;
  // The end and an error look the same but for errno.
  errno = 0;
  while (const dirent* const found = readdir(folder)) {
    const std::string name = found->d_name;
    if (name != "." && name != "..") names.push_back(name);
    errno = 0;
  }
  const bool failed = errno != 0;
  closedir(folder);
  if (failed) return ErrorCode::kIo;
  return names;
}

Result<std::string> PosixDirectory::Read(const std::string& name) {
  const File file(PathOf(name), O_RDONLY);
  if (!file.IsOpen()) {
    return errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo;
  }
  std::string bytes;
  char buffer[kReadBufferBytes];
  while (true) {
    const ssize_t count = Uninterrupted(
        [&] { return read(file.descriptor(), buffer, sizeof(buffer)); });
    if (count < 0) return ErrorCode::kIo;
    if (count == 0) return bytes;
    bytes.append(buffer, static_cast<size_t>(count));
  }
}

ErrorCode PosixDirectory::Append(const std::string& name,
                                 std::string_view bytes) {
  const File file(PathOf(name), O_WRONLY | O_APPEND | O_CREAT);
  if (!file.IsOpen()) return ErrorCode::kIo;
  while (!bytes.empty()) {
    const ssize_t count = Uninterrupted(
        [&] { return write(file.descriptor(), bytes.data(), bytes.size()); });
    // Zero would be no error, but no progress either.
    if (count <= 0) return ErrorCode::kIo;
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return ErrorCode::kOk;
}

ErrorCode PosixDirectory::Remove(const std::string& name) {
  const int result =
      Uninterrupted([&] { return unlink(PathOf(name).c_str()); });
  return result == 0 || errno == ENOENT ? ErrorCode::kOk : ErrorCode::kIo;
}

}  // namespace background_fetch
