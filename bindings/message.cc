#include "bindings/message.h"

#include "base/check.h"
#include "base/decimal.h"

namespace background_fetch {
namespace {

// "Unit separator", which is what it does.
constexpr char kEndOfValue = '\x1f';

}  // namespace

std::string_view MessageReader::Next() {
  const size_t end = rest_.find(kEndOfValue);
  BF_CHECK(end != std::string_view::npos);
  const std::string_view value = rest_.substr(0, end);
  rest_.remove_prefix(end + 1);
  return value;
}

std::string MessageReader::Text() { return std::string(Next()); }

int64_t MessageReader::Number() {
  int64_t number = 0;
  for (const char digit : Next()) number = number * 10 + (digit - '0');
  return number;
}

void MessageWriter::Text(std::string_view text) {
  message_ += text;
  message_ += kEndOfValue;
}

void MessageWriter::Number(int64_t number) { Text(FormatDecimal(number)); }

}  // namespace background_fetch
