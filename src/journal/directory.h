// Directory: where journal segments live. One flat folder of small files.
//
// Nothing written is durable before the host says so (it syncs the folder and
// reports back); a crash may lose or tear everything since the last sync, but
// keeps the order: a removal is never durable before an append made earlier.
// Errors: kNotFound from Read of a missing file; kIo for everything else.

#ifndef BACKGROUND_FETCH_JOURNAL_DIRECTORY_H_
#define BACKGROUND_FETCH_JOURNAL_DIRECTORY_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace background_fetch {

class Directory {
 public:
  virtual ~Directory() = default;

  // Names of all files, in no particular order.
  virtual Result<std::vector<std::string>> List() = 0;
  virtual Result<std::string> Read(const std::string& name) = 0;
  // Creates the file when it does not exist.
  [[nodiscard]] virtual ErrorCode Append(const std::string& name,
                                         std::string_view bytes) = 0;
  // Removing a missing file is no error.
  [[nodiscard]] virtual ErrorCode Remove(const std::string& name) = 0;
};

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_JOURNAL_DIRECTORY_H_
