#include "base/function_ref.h"

#include <gtest/gtest.h>

#include <memory>
#include <utility>

namespace background_fetch {
namespace {

int Twice(FunctionRef<int(int)> function) { return function(function(1)); }

TEST(FunctionRef, CallsTheObjectItWasGivenAndNoCopy) {
  int calls = 0;
  const auto add_two = [&calls](int number) {
    ++calls;
    return number + 2;
  };
  EXPECT_EQ(Twice(add_two), 5);
  EXPECT_EQ(calls, 2);
}

TEST(FunctionRef, HandsOnWhatCanOnlyBeMoved) {
  std::unique_ptr<int> kept;
  const auto keep = [&kept](std::unique_ptr<int>&& given) {
    kept = std::move(given);
  };
  const FunctionRef<void(std::unique_ptr<int> &&)> reference = keep;
  reference(std::make_unique<int>(3));
  EXPECT_EQ(*kept, 3);
}

}  // namespace
}  // namespace background_fetch
