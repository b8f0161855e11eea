#include "ranges/representation.h"

#include <array>
#include <string_view>

#include "base/limits.h"
#include "ranges/http_range.h"

namespace background_fetch {
namespace {

// Types that servers do not compress on the fly. For them, a cross-origin
// Content-Length is the length of the body even though Content-Encoding cannot
// be seen.
bool IsNeverCompressed(std::string_view content_type) {
  static constexpr std::array<std::string_view, 9> kPrefixes = {
      "audio/",
      "video/",
      "image/",
      "application/octet-stream",
      "application/zip",
      "application/gzip",
      "application/x-",  // archives: x-tar, x-7z-compressed, x-bzip2, …
      "application/vnd.rar",
      "application/ogg",
  };
  // Of these prefixes' members, the ones that are text after all.
  static constexpr std::array<std::string_view, 3> kText = {
      "image/svg", "application/x-javascript", "application/x-www-form"};
  const auto starts_with = [&](std::string_view prefix) {
    return content_type.starts_with(prefix);
  };
  for (std::string_view text : kText) {
    if (starts_with(text)) return false;
  }
  for (std::string_view prefix : kPrefixes) {
    if (starts_with(prefix)) return true;
  }
  return false;
}

std::string AsciiLower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

bool IsEncoded(const HeaderList& headers) {
  const std::string coding =
      AsciiLower(FindHeader(headers, "content-encoding"));
  return !coding.empty() && coding != "identity";
}

RangeSupport ParseAcceptRanges(std::string_view value) {
  const std::string unit = AsciiLower(value);
  if (unit == "bytes") return RangeSupport::kBytes;
  if (unit == "none") return RangeSupport::kNone;
  return RangeSupport::kUnknown;
}

// The length of the whole body, where the head can be believed.
std::optional<int64_t> BodyLength(const ResponseHead& head, bool is_encoded,
                                  bool is_same_origin) {
  if (is_encoded) return std::nullopt;
  if (head.status == 206) {
    const auto content_range =
        ParseContentRange(FindHeader(head.headers, "content-range"));
    if (!content_range.ok()) return std::nullopt;
    return content_range.value().complete_length;
  }
  const bool is_believable =
      is_same_origin ||
      IsNeverCompressed(AsciiLower(FindHeader(head.headers, "content-type")));
  if (!is_believable) return std::nullopt;
  const auto length =
      ParseContentLength(FindHeader(head.headers, "content-length"));
  if (!length.ok()) return std::nullopt;
  return length.value();
}

}  // namespace

bool Representation::HasStrongEtag() const {
  return etag.size() >= 2 && etag.front() == '"' && etag.back() == '"';
}

Representation DescribeRepresentation(const ResponseHead& head) {
  Representation result;
  result.etag = FindHeader(head.headers, "etag");
  result.last_modified = FindHeader(head.headers, "last-modified");
  result.url = head.url;
  // A "cors" response was made across origins, redirects included; a "basic"
  // one never left the origin (Fetch, "response type").
  result.is_same_origin = head.type != "cors";
  result.is_encoded = IsEncoded(head.headers);
  result.range_support =
      ParseAcceptRanges(FindHeader(head.headers, "accept-ranges"));
  if (head.status == 206) result.range_support = RangeSupport::kBytes;
  result.length = BodyLength(head, result.is_encoded, result.is_same_origin);
  return result;
}

bool MayResume(const Representation& representation) {
  if (representation.is_encoded) return false;
  if (representation.range_support == RangeSupport::kNone) return false;
  if (representation.HasStrongEtag()) return true;
  if (!representation.length) return false;
  // Across origins the validators may exist unseen; the length is what a part
  // is then held against. On our own origin a resource without any validator
  // could change between two parts with nobody the wiser.
  return !representation.is_same_origin || !representation.etag.empty() ||
         !representation.last_modified.empty();
}

bool MaySplit(const Representation& representation) {
  if (!MayResume(representation) || !representation.length) return false;
  if (*representation.length < kSplitLengthMin) return false;
  return representation.range_support == RangeSupport::kBytes ||
         !representation.is_same_origin;
}

}  // namespace background_fetch
