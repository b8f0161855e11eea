#include "base/http_date.h"

#include <cstdint>
#include <optional>

namespace background_fetch {
namespace {

constexpr int64_t kMsPerDay = int64_t{24} * 60 * 60 * 1000;

struct Date {
  int64_t year = 0;
  int64_t month = 0;  // from 1
  int64_t day = 0;
  int64_t hour = 0;
  int64_t minute = 0;
  int64_t second = 0;
};

// Consumes a text from the left; the first mismatch sticks.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool IsOk() const { return is_ok_; }
  bool IsAtEnd() const { return is_ok_ && rest_.empty(); }

  void Skip(std::string_view expected) {
    if (!is_ok_ || !rest_.starts_with(expected)) {
      is_ok_ = false;
      return;
    }
    rest_.remove_prefix(expected.size());
  }

  // Exactly `digits` of them.
  int64_t Number(size_t digits) {
    if (!is_ok_ || rest_.size() < digits) {
      is_ok_ = false;
      return 0;
    }
    int64_t number = 0;
    for (char c : rest_.substr(0, digits)) {
      if (c < '0' || c > '9') is_ok_ = false;
      number = number * 10 + (c - '0');
    }
    rest_.remove_prefix(digits);
    return number;
  }

  // asctime pads the day with a space.
  int64_t PaddedNumber() {
    if (!rest_.starts_with(' ')) return Number(2);
    Skip(" ");
    return Number(1);
  }

  int64_t Month() {
    constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const size_t at = kMonths.find(rest_.substr(0, 3));
    if (rest_.size() < 3 || at == std::string_view::npos || at % 3 != 0) {
      is_ok_ = false;
      return 0;
    }
    rest_.remove_prefix(3);
    return static_cast<int64_t>(at / 3) + 1;
  }

 private:
  std::string_view rest_;
  bool is_ok_ = true;
};

// Reads what is behind the day of the week. `format` is as strftime's.
std::optional<Date> Parse(std::string_view text, std::string_view format) {
  Scanner scanner(text);
  Date date;
  while (!format.empty()) {
    if (!format.starts_with('%')) {
      scanner.Skip(format.substr(0, 1));
      format.remove_prefix(1);
      continue;
    }
    switch (format[1]) {
      case 'd':
        date.day = scanner.Number(2);
        break;
      case 'e':
        date.day = scanner.PaddedNumber();
        break;
      case 'b':
        date.month = scanner.Month();
        break;
      case 'y':
        date.year = scanner.Number(2);
        break;
      case 'Y':
        date.year = scanner.Number(4);
        break;
      case 'H':
        date.hour = scanner.Number(2);
        break;
      case 'M':
        date.minute = scanner.Number(2);
        break;
      case 'S':
        date.second = scanner.Number(2);
        break;
    }
    format.remove_prefix(2);
  }
  if (!scanner.IsAtEnd()) return std::nullopt;
  return date;
}

bool IsLeapYear(int64_t year) {
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int64_t DaysOfMonth(int64_t year, int64_t month) {
  if (month == 2) return IsLeapYear(year) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

bool IsValid(const Date& date) {
  // A leap second (60) is allowed.
  return date.day >= 1 && date.day <= DaysOfMonth(date.year, date.month) &&
         date.hour <= 23 && date.minute <= 59 && date.second <= 60;
}

// Days since 1970-01-01 in the proleptic Gregorian calendar.
int64_t DaysSinceEpoch(const Date& date) {
  const int64_t years = date.year - 1;
  int64_t days = years * 365 + years / 4 - years / 100 + years / 400 - 719162;
  for (int64_t month = 1; month < date.month; ++month) {
    days += DaysOfMonth(date.year, month);
  }
  return days + date.day - 1;
}

TimeMs TimeOf(const Date& date) {
  return DaysSinceEpoch(date) * kMsPerDay +
         ((date.hour * 60 + date.minute) * 60 + date.second) * 1000;
}

// The latest year of that ending that is at most 50 years ahead.
int64_t FullYear(int64_t ending, TimeMs now) {
  const int64_t this_year = 1970 + now / (kMsPerDay * 365);
  const int64_t latest = this_year + 50;
  return latest - ((latest - ending) % 100 + 100) % 100;
}

}  // namespace

Result<TimeMs> ParseHttpDate(std::string_view text, TimeMs now) {
  std::optional<Date> date;
  const size_t comma = text.find(", ");
  if (comma == 3) {  // IMF-fixdate: "Sun, 06 Nov 1994 08:49:37 GMT"
    date = Parse(text.substr(5), "%d %b %Y %H:%M:%S GMT");
  } else if (comma != std::string_view::npos) {
    // RFC 850: "Sunday, 06-Nov-94 08:49:37 GMT"
    date = Parse(text.substr(comma + 2), "%d-%b-%y %H:%M:%S GMT");
    if (date) date->year = FullYear(date->year, now);
  } else if (text.size() > 4 && text[3] == ' ') {
    // asctime: "Sun Nov  6 08:49:37 1994"
    date = Parse(text.substr(4), "%b %e %H:%M:%S %Y");
  }
  if (!date || !IsValid(*date)) return ErrorCode::kMalformed;
  return TimeOf(*date);
}

}  // namespace background_fetch
