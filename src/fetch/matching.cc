#include "fetch/matching.h"

namespace background_fetch {
namespace {

std::string_view WithoutFragment(std::string_view url) {
  return url.substr(0, url.find('#'));
}

// In a serialised URL the first "?" before the fragment begins the query.
std::string_view WithoutSearch(std::string_view url) {
  return url.substr(0, url.find('?'));
}

bool IsSameUrl(const MatchQuery& query, const RequestInfo& stored) {
  std::string_view asked = WithoutFragment(query.url);
  std::string_view have = WithoutFragment(stored.url);
  if (query.ignore_search) {
    asked = WithoutSearch(asked);
    have = WithoutSearch(have);
  }
  return asked == have;
}

std::string FieldName(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  std::string name(text);
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return name;
}

bool IsSelectedBy(std::string_view vary, const HeaderList& asked,
                  const HeaderList& stored) {
  while (!vary.empty()) {
    const size_t comma = vary.find(',');
    const std::string name = FieldName(vary.substr(0, comma));
    if (name == "*") return false;
    if (FindHeader(asked, name) != FindHeader(stored, name)) return false;
    if (comma == std::string_view::npos) break;
    vary.remove_prefix(comma + 1);
  }
  return true;
}

}  // namespace

bool Matches(const MatchQuery& query, const RequestInfo& stored,
             std::string_view vary) {
  if (query.method != stored.method && !query.ignore_method) return false;
  if (!IsSameUrl(query, stored)) return false;
  return query.ignore_vary || IsSelectedBy(vary, query.headers, stored.headers);
}

}  // namespace background_fetch
