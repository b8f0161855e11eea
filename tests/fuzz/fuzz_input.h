// FuzzInput: a fuzzer's bytes as choices, numbers, texts and HTTP messages.
//
// Reads from the front, so that an input stays readable in a hex dump and a
// change near its end leaves the beginning alone. Behind the end everything is
// zero or empty: every input is a valid one.

#ifndef BACKGROUND_FETCH_TESTS_FUZZ_FUZZ_INPUT_H_
#define BACKGROUND_FETCH_TESTS_FUZZ_FUZZ_INPUT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/http.h"
#include "base/units.h"

namespace background_fetch {

class FuzzInput {
 public:
  FuzzInput(const uint8_t* data, size_t size)
      : reader_(std::string_view(reinterpret_cast<const char*>(data), size)) {}

  bool AtEnd() const { return reader_.remaining() == 0; }

  uint8_t TakeByte() { return reader_.ReadByte(); }
  bool TakeBool() { return (TakeByte() & 1) != 0; }

  // In [0, count).
  uint32_t TakeBelow(uint32_t count) { return TakeByte() % count; }

  // A byte offset: small, around a power of two, or at the very end of what a
  // host can say.
  int64_t TakeOffset() {
    const uint8_t choice = TakeByte();
    const int64_t detail = TakeByte();
    switch (choice % 4) {
      case 0:
        return detail;
      case 1:
        return detail * 4096;
      case 2:
        return (int64_t{1} << (choice / 4 % 53)) + detail - 1;
      default:
        return kOffsetMax - detail;
    }
  }

  // At most 255 bytes of anything.
  std::string TakeText() {
    const size_t length = TakeByte();
    return std::string(reader_.ReadBytes(
        length < reader_.remaining() ? length : reader_.remaining()));
  }

  std::string TakeRest() {
    return std::string(reader_.ReadBytes(reader_.remaining()));
  }

  template <size_t kCount>
  std::string TakeOneOf(const std::array<std::string_view, kCount>& choices) {
    return std::string(choices[TakeBelow(kCount)]);
  }

  // Mostly headers that the core reads, mostly with values that mean something.
  HeaderList TakeHeaders() {
    static constexpr std::array<std::string_view, 10> kNames = {
        "accept-ranges", "content-encoding", "content-length",
        "content-range", "content-type",     "etag",
        "last-modified", "retry-after",      "vary",
        "accept"};
    static constexpr std::array<std::string_view, 14> kValues = {
        "",
        "bytes",
        "none",
        "0",
        "100",
        "4194304",
        "\"v1\"",
        "W/\"v1\"",
        "bytes 0-99/100",
        "gzip",
        "*",
        "accept, x-other",
        "video/mp4",
        "bytes 100-4194303/4194304"};
    HeaderList headers;
    for (uint32_t left = TakeBelow(6); left > 0; --left) {
      std::string name = TakeBool() ? TakeOneOf(kNames) : TakeText();
      std::string value = TakeBool() ? TakeOneOf(kValues) : TakeText();
      headers.emplace_back(std::move(name), std::move(value));
    }
    return headers;
  }

  ResponseHead TakeHead() {
    static constexpr std::array<int, 12> kStatuses = {
        200, 206, 200, 206, 404, 416, 429, 503, 500, 204, 304, 0};
    static constexpr std::array<std::string_view, 3> kTypes = {"basic", "cors",
                                                               "default"};
    return {.status = kStatuses[TakeBelow(kStatuses.size())],
            .status_text = {},
            .headers = TakeHeaders(),
            .url = TakeBool() ? "https://host/file" : "https://other/file",
            .type = TakeOneOf(kTypes),
            .redirected = TakeBool()};
  }

 private:
  ByteReader reader_;
};

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_TESTS_FUZZ_FUZZ_INPUT_H_
