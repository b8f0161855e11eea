// Answers messages to the engine, one after the other: reads them from standard
// input and writes the answers to standard output, each preceded by its length
// in bytes and a line break.

#include <iostream>
#include <string>

#include "bindings/call_engine.h"

int main() {
  std::size_t length = 0;
  while (std::cin >> length) {
    std::cin.get();
    std::string message(length, '\0');
    std::cin.read(message.data(), static_cast<std::streamsize>(length));
    const std::string answer = background_fetch::CallEngine(std::move(message));
    // At once: should the engine fail at the next, this one is still seen.
    std::cout << answer.size() << '\n' << answer << std::flush;
  }
}
