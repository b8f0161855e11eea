// PosixDirectory: a Directory on plain POSIX files.
//
// Used natively and, in wasm, on the mount that the host syncs. It syncs
// nothing itself: when bytes become durable is the host's decision.

#ifndef BACKGROUND_FETCH_JOURNAL_POSIX_DIRECTORY_H_
#define BACKGROUND_FETCH_JOURNAL_POSIX_DIRECTORY_H_

#include <string>
#include <string_view>
#include <vector>

#include "journal/directory.h"

namespace background_fetch {

class PosixDirectory final : public Directory {
 public:
  // `path` names a folder that exists; files are its direct children.
  explicit PosixDirectory(std::string path) : path_(std::move(path)) {}

  Result<std::vector<std::string>> List() override;
  Result<std::string> Read(const std::string& name) override;
  [[nodiscard]] ErrorCode Append(const std::string& name,
                                 std::string_view bytes) override;
  [[nodiscard]] ErrorCode Remove(const std::string& name) override;

 private:
  std::string PathOf(const std::string& name) const {
    return path_ + "/" + name;
  }

  std::string path_;
};

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_JOURNAL_POSIX_DIRECTORY_H_
