#include "ranges/http_range.h"

#include "base/check.h"
#include "base/decimal.h"

namespace background_fetch {
namespace {

bool IsDigit(char character) { return character >= '0' && character <= '9'; }

// Takes the text of a header value apart from the left.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool AtEnd() const { return rest_.empty(); }

  bool Skip(char character) {
    if (rest_.empty() || rest_.front() != character) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // `lower_case` names the token; letters may come in either case.
  bool SkipToken(std::string_view lower_case) {
    if (rest_.size() < lower_case.size()) return false;
    for (size_t index = 0; index < lower_case.size(); ++index) {
      const char character = rest_[index];
      const bool is_upper = character >= 'A' && character <= 'Z';
      const char lowered =
          is_upper ? static_cast<char>(character - 'A' + 'a') : character;
      if (lowered != lower_case[index]) return false;
    }
    rest_.remove_prefix(lower_case.size());
    return true;
  }

  // One or more digits. Values above kOffsetMax are read to their last digit
  // and come out as kTooLargeNumber, so that syntax is judged first.
  bool SkipNumber(int64_t* number) {
    if (rest_.empty() || !IsDigit(rest_.front())) return false;
    int64_t value = 0;
    while (!rest_.empty() && IsDigit(rest_.front())) {
      const int64_t digit = rest_.front() - '0';
      rest_.remove_prefix(1);
      value = value > (kOffsetMax - digit) / 10 ? kTooLargeNumber
                                                : value * 10 + digit;
    }
    *number = value;
    return true;
  }

  // Larger than any offset, so it stays where it is however many digits follow.
  static constexpr int64_t kTooLargeNumber = kOffsetMax + 1;

 private:
  std::string_view rest_;
};

std::string_view TrimWhitespace(std::string_view text) {
  constexpr std::string_view kWhitespace = " \t";
  const size_t begin = text.find_first_not_of(kWhitespace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kWhitespace) - begin + 1);
}

}  // namespace

Result<ContentRange> ParseContentRange(std::string_view value) {
  Scanner scanner(value);
  int64_t first = 0;
  int64_t last = 0;
  // RFC 9110, section 14.1: names of range units know no case.
  if (!scanner.SkipToken("bytes") || !scanner.Skip(' ') ||
      !scanner.SkipNumber(&first) || !scanner.Skip('-') ||
      !scanner.SkipNumber(&last) || !scanner.Skip('/')) {
    return ErrorCode::kMalformed;
  }
  std::optional<int64_t> complete_length;
  if (!scanner.Skip('*')) {
    int64_t number = 0;
    if (!scanner.SkipNumber(&number)) return ErrorCode::kMalformed;
    complete_length = number;
  }
  if (!scanner.AtEnd()) return ErrorCode::kMalformed;

  // `last` is inclusive: at kOffsetMax its range would end beyond.
  if (first >= kOffsetMax || last >= kOffsetMax ||
      complete_length > kOffsetMax) {
    return ErrorCode::kTooLarge;
  }
  if (first > last || (complete_length && last >= *complete_length)) {
    return ErrorCode::kMalformed;
  }
  return ContentRange{.range = {.begin = first, .end = last + 1},
                      .complete_length = complete_length};
}

Result<int64_t> ParseUnsatisfiedRange(std::string_view value) {
  Scanner scanner(value);
  int64_t complete_length = 0;
  if (!scanner.SkipToken("bytes") || !scanner.Skip(' ') || !scanner.Skip('*') ||
      !scanner.Skip('/') || !scanner.SkipNumber(&complete_length) ||
      !scanner.AtEnd()) {
    return ErrorCode::kMalformed;
  }
  if (complete_length > kOffsetMax) return ErrorCode::kTooLarge;
  return complete_length;
}

std::string FormatRange(ByteRange range) {
  BF_CHECK(!range.IsEmpty());
  return FormatRangeFrom(range.begin) + FormatDecimal(range.end - 1);
}

std::string FormatRangeFrom(int64_t begin) {
  BF_CHECK(begin >= 0);
  return "bytes=" + FormatDecimal(begin) + "-";
}

Result<int64_t> ParseContentLength(std::string_view value) {
  // Fetch, "extract a length": values are compared as text, so "5, 05" fails.
  const std::string_view length =
      TrimWhitespace(value.substr(0, value.find(',')));
  for (size_t comma = value.find(','); comma != std::string_view::npos;
       comma = value.find(',')) {
    value.remove_prefix(comma + 1);
    if (TrimWhitespace(value.substr(0, value.find(','))) != length) {
      return ErrorCode::kMalformed;
    }
  }
  Scanner scanner(length);
  int64_t number = 0;
  if (!scanner.SkipNumber(&number) || !scanner.AtEnd()) {
    return ErrorCode::kMalformed;
  }
  if (number > kOffsetMax) return ErrorCode::kTooLarge;
  return number;
}

}  // namespace background_fetch
