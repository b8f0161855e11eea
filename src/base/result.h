// Result<T>: a value, or the ErrorCode that says why there is none.
//
// Stands in for std::expected, which the toolchain does not have yet.

#ifndef BACKGROUND_FETCH_BASE_RESULT_H_
#define BACKGROUND_FETCH_BASE_RESULT_H_

#include <optional>
#include <utility>

#include "base/check.h"
#include "base/error_code.h"

namespace background_fetch {

template <typename T>
class [[nodiscard]] Result {
 public:
  // Implicit on purpose: `return value;` and `return ErrorCode::kIo;`.
  Result(T value) : value_(std::move(value)) {}
  Result(ErrorCode error) : error_(error) { BF_CHECK(error != ErrorCode::kOk); }

  bool ok() const { return value_.has_value(); }
  ErrorCode error() const { return error_; }

  const T& value() const& {
    BF_CHECK(ok());
    return *value_;
  }
  T&& value() && {
    BF_CHECK(ok());
    return std::move(*value_);
  }

 private:
  std::optional<T> value_;
  ErrorCode error_ = ErrorCode::kOk;
};

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_BASE_RESULT_H_
