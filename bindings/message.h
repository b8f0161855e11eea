// Messages: what crosses the border, as one text in each direction.
//
// A message is a sequence of values, each followed by kEndOfValue: texts as
// they are, whole numbers in decimal, flags as "1" or "0". Which values, in
// which order, is said by the shapes in bindings/border.js, which alone writes
// what is read here: it refuses what does not fit, and it escapes texts so that
// none holds a kEndOfValue. A message that ends too early is a bug of ours.
//
// One text, because each conversion of Embind's costs code on both sides, and
// one of a long text is faster than thousands of short ones.

#ifndef BACKGROUND_FETCH_BINDINGS_MESSAGE_H_
#define BACKGROUND_FETCH_BINDINGS_MESSAGE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace background_fetch {

class MessageReader {
 public:
  // `message` must outlive the reader.
  explicit MessageReader(std::string_view message) : rest_(message) {}

  std::string Text();
  int64_t Number();
  uint32_t Index() { return static_cast<uint32_t>(Number()); }
  bool Flag() { return Number() != 0; }

 private:
  std::string_view Next();

  std::string_view rest_;
};

class MessageWriter {
 public:
  void Text(std::string_view text);
  void Number(int64_t number);
  void Flag(bool flag) { Number(flag ? 1 : 0); }

  std::string Take() && { return std::move(message_); }

 private:
  std::string message_;
};

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_BINDINGS_MESSAGE_H_
