#include "base/number_map.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace background_fetch {
namespace {

using Names = NumberMap<std::string>;

Names NamesOf(const std::vector<uint32_t>& numbers) {
  Names names;
  for (uint32_t number : numbers) {
    names.Put(number, std::make_unique<std::string>(std::to_string(number)));
  }
  return names;
}

std::vector<uint32_t> NumbersOf(const Names& names) {
  std::vector<uint32_t> numbers;
  for (const auto& [number, name] : names) {
    EXPECT_EQ(*name, std::to_string(number));
    numbers.push_back(number);
  }
  return numbers;
}

TEST(NumberMap, FindsWhatHasTheNumberAndNothingElse) {
  const Names names = NamesOf({3, 7});
  EXPECT_EQ(*names.Find(7), "7");
  EXPECT_EQ(names.Find(5), nullptr);
  EXPECT_EQ(Names().Find(0), nullptr);
}

TEST(NumberMap, WalksInTheOrderOfTheNumbersHoweverTheyCame) {
  EXPECT_EQ(NumbersOf(NamesOf({4, 9, 1, 6, 0})),
            (std::vector<uint32_t>{0, 1, 4, 6, 9}));
}

TEST(NumberMap, PutReplacesWhatHasTheNumber) {
  Names names = NamesOf({1, 2, 3});
  names.Put(2, std::make_unique<std::string>("another"));
  EXPECT_EQ(names.size(), 3u);
  EXPECT_EQ(*names.Find(2), "another");
}

TEST(NumberMap, ErasesOneAndOnlyIt) {
  Names names = NamesOf({1, 2, 3});
  names.Erase(2);
  names.Erase(8);
  EXPECT_EQ(NumbersOf(names), (std::vector<uint32_t>{1, 3}));
}

TEST(NumberMap, ValuesStayWhereTheyAre) {
  Names names = NamesOf({5});
  const std::string* before = names.Find(5);
  for (uint32_t number : {9u, 1u, 7u, 3u}) {
    names.Put(number, std::make_unique<std::string>(std::to_string(number)));
  }
  names.Erase(1);
  EXPECT_EQ(names.Find(5), before);
}

}  // namespace
}  // namespace background_fetch
