// Request matching: does a query name this record?
//
// Source: Service Workers, "request matches cached item", as Background
// Fetch's match() and matchAll() use it, but for methods: a cache holds answers
// to GET only, a background fetch has records of any method. As in Chromium,
// the two methods must be equal.

#ifndef BACKGROUND_FETCH_FETCH_MATCHING_H_
#define BACKGROUND_FETCH_FETCH_MATCHING_H_

#include <string>
#include <string_view>

#include "fetch/types.h"

namespace background_fetch {

// The query's request and CacheQueryOptions.
struct MatchQuery {
  std::string url;
  std::string method = "GET";
  HeaderList headers;
  bool ignore_search = false;
  bool ignore_method = false;
  bool ignore_vary = false;
};

// `vary` is the Vary header of the stored response, "" while there is none.
// URLs are serialised, absolute URLs.
bool Matches(const MatchQuery& query, const RequestInfo& stored,
             std::string_view vary);

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_FETCH_MATCHING_H_
