#include "base/insert_at.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace background_fetch {
namespace {

TEST(InsertAtTest, PutsAValueBeforeTheOneThatIsThere) {
  for (size_t at = 0; at <= 3; ++at) {
    std::vector<std::string> values = {"a", "b", "c"};
    std::vector<std::string> expected = values;
    expected.insert(expected.begin() + static_cast<std::ptrdiff_t>(at), "new");
    InsertAt(at, std::string("new"), &values);
    EXPECT_EQ(values, expected);
  }
}

TEST(InsertAtTest, BeginsAnEmptyVector) {
  std::vector<int> values;
  InsertAt(0, 5, &values);
  EXPECT_EQ(values, std::vector<int>{5});
}

TEST(InsertAtTest, MovesWhatCannotBeCopied) {
  std::vector<std::unique_ptr<int>> values;
  for (int value : {1, 2, 3}) {
    InsertAt(0, std::make_unique<int>(value), &values);
  }
  ASSERT_EQ(values.size(), 3u);
  EXPECT_EQ(*values[0], 3);
  EXPECT_EQ(*values[2], 1);
}

}  // namespace
}  // namespace background_fetch
