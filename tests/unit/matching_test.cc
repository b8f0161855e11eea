#include "fetch/matching.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace background_fetch {
namespace {

RequestInfo Stored(std::string url, HeaderList headers = {}) {
  RequestInfo info;
  info.url = std::move(url);
  info.headers = std::move(headers);
  return info;
}

MatchQuery Query(std::string url, HeaderList headers = {}) {
  MatchQuery query;
  query.url = std::move(url);
  query.headers = std::move(headers);
  return query;
}

// --- URL ---------------------------------------------------------------------

TEST(Matching, SameUrlMatches) {
  EXPECT_TRUE(Matches(Query("https://host/a"), Stored("https://host/a"), ""));
  EXPECT_FALSE(Matches(Query("https://host/a"), Stored("https://host/b"), ""));
  EXPECT_FALSE(Matches(Query("https://host/a"), Stored("https://host/A"), ""));
  EXPECT_FALSE(Matches(Query("https://host/a"), Stored("http://host/a"), ""));
  EXPECT_FALSE(Matches(Query("https://host/a"), Stored("https://host/ab"), ""));
}

TEST(Matching, FragmentsDoNotCountOnEitherSide) {
  EXPECT_TRUE(
      Matches(Query("https://host/a#x"), Stored("https://host/a#y"), ""));
  EXPECT_TRUE(Matches(Query("https://host/a"), Stored("https://host/a#y"), ""));
  EXPECT_TRUE(Matches(Query("https://host/a#x"), Stored("https://host/a"), ""));
}

TEST(Matching, QuestionMarkInAFragmentIsNoSearch) {
  MatchQuery query = Query("https://host/a?x#b?c");
  EXPECT_TRUE(Matches(query, Stored("https://host/a?x"), ""));
  EXPECT_FALSE(Matches(query, Stored("https://host/a"), ""));
}

TEST(Matching, SearchCountsUnlessIgnored) {
  MatchQuery query = Query("https://host/a?x=1");
  EXPECT_FALSE(Matches(query, Stored("https://host/a?x=2"), ""));
  EXPECT_FALSE(Matches(query, Stored("https://host/a"), ""));
  query.ignore_search = true;
  EXPECT_TRUE(Matches(query, Stored("https://host/a?x=2"), ""));
  EXPECT_TRUE(Matches(query, Stored("https://host/a"), ""));
  EXPECT_TRUE(Matches(query, Stored("https://host/a#y?z"), ""));
  EXPECT_FALSE(Matches(query, Stored("https://host/b?x=1"), ""));
}

// --- Method ------------------------------------------------------------------

TEST(Matching, MethodsMustBeEqualUnlessIgnored) {
  RequestInfo stored = Stored("https://host/a");
  stored.method = "POST";
  MatchQuery query = Query("https://host/a");
  EXPECT_FALSE(Matches(query, stored, ""));
  query.ignore_method = true;
  EXPECT_TRUE(Matches(query, stored, ""));
  query.ignore_method = false;
  query.method = "POST";
  EXPECT_TRUE(Matches(query, stored, ""));
  stored.method = "GET";
  EXPECT_FALSE(Matches(query, stored, ""));
}

// --- Vary --------------------------------------------------------------------

TEST(Matching, HeadersCountOnlyWhereVaryNamesThem) {
  const RequestInfo stored =
      Stored("https://host/a", {{"accept", "text/html"}, {"x-user", "ada"}});
  const MatchQuery query =
      Query("https://host/a", {{"accept", "image/png"}, {"x-user", "ada"}});
  EXPECT_TRUE(Matches(query, stored, ""));
  EXPECT_TRUE(Matches(query, stored, "x-user"));
  EXPECT_FALSE(Matches(query, stored, "accept"));
}

TEST(Matching, EveryNameInVaryMustAgree) {
  const RequestInfo stored =
      Stored("https://host/a", {{"accept", "text/html"}, {"x-user", "ada"}});
  const MatchQuery query =
      Query("https://host/a", {{"accept", "image/png"}, {"x-user", "ada"}});
  EXPECT_FALSE(Matches(query, stored, "x-user, accept"));
  EXPECT_FALSE(Matches(query, stored, "accept, x-user"));
  EXPECT_TRUE(Matches(query, stored, "x-user, x-other"));
}

TEST(Matching, NamesInVaryKnowNoCaseAndMayHaveSpacesAround) {
  const RequestInfo stored = Stored("https://host/a", {{"accept", "a"}});
  const MatchQuery query = Query("https://host/a", {{"accept", "b"}});
  EXPECT_FALSE(Matches(query, stored, "X-Other ,\tACCEPT "));
  EXPECT_FALSE(Matches(query, stored, "x-other,accept"));
}

TEST(Matching, HeaderOnOneSideOnlyDisagrees) {
  const RequestInfo with = Stored("https://host/a", {{"accept", "a"}});
  const RequestInfo without = Stored("https://host/a");
  EXPECT_FALSE(Matches(Query("https://host/a"), with, "accept"));
  EXPECT_FALSE(
      Matches(Query("https://host/a", {{"accept", "a"}}), without, "accept"));
  EXPECT_TRUE(Matches(Query("https://host/a"), without, "accept"));
}

TEST(Matching, StarAgreesWithNothing) {
  const RequestInfo stored = Stored("https://host/a");
  EXPECT_FALSE(Matches(Query("https://host/a"), stored, "*"));
  EXPECT_FALSE(Matches(Query("https://host/a"), stored, "accept, *"));
}

TEST(Matching, IgnoredVaryLetsEverythingAgree) {
  const RequestInfo stored = Stored("https://host/a", {{"accept", "a"}});
  MatchQuery query = Query("https://host/a", {{"accept", "b"}});
  query.ignore_vary = true;
  EXPECT_TRUE(Matches(query, stored, "accept"));
  EXPECT_TRUE(Matches(query, stored, "*"));
}

}  // namespace
}  // namespace background_fetch
