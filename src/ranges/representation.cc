#include "ranges/representation.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/limits.h"
#include "ranges/http_range.h"

namespace background_fetch {
namespace {

std::string AsciiLower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

// Types that servers do not compress on the fly. For them, a cross-origin
// Content-Length is the length of the body even though Content-Encoding cannot
// be seen. A list of what is known, not of a prefix's exceptions: trusting the
// length of a compressed body (CDNs compress application/x-ttf, x-protobuf, …)
// would end it too early.
bool IsNeverCompressed(std::string_view essence) {
  static constexpr std::array<std::string_view, 14> kTypes = {
      "application/octet-stream", "application/ogg",
      "application/zip",          "application/x-zip-compressed",
      "application/gzip",         "application/x-gzip",
      "application/x-tar",        "application/x-7z-compressed",
      "application/x-bzip",       "application/x-bzip2",
      "application/x-xz",         "application/zstd",
      "application/vnd.rar",      "application/x-rar-compressed",
  };
  static constexpr std::array<std::string_view, 3> kFamilies = {
      "audio/", "video/", "image/"};
  // Members of the families that are text or plain pixels after all.
  static constexpr std::array<std::string_view, 8> kCompressed = {
      "image/svg+xml",   "image/bmp",
      "image/x-ms-bmp",  "image/x-icon",
      "audio/mpegurl",   "image/vnd.microsoft.icon",
      "audio/x-mpegurl", "video/vnd.mpeg.dash.mpd",
  };
  const auto is_essence = [&](std::string_view each) {
    return essence == each;
  };
  const auto is_of_family = [&](std::string_view family) {
    return essence.starts_with(family);
  };
  if (std::any_of(kTypes.begin(), kTypes.end(), is_essence)) return true;
  return std::any_of(kFamilies.begin(), kFamilies.end(), is_of_family) &&
         std::none_of(kCompressed.begin(), kCompressed.end(), is_essence);
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
      is_same_origin || IsNeverCompressed(ContentTypeEssence(head.headers));
  if (!is_believable) return std::nullopt;
  const auto length =
      ParseContentLength(FindHeader(head.headers, "content-length"));
  if (!length.ok()) return std::nullopt;
  return length.value();
}

}  // namespace

std::string ContentTypeEssence(const HeaderList& headers) {
  const std::string type = AsciiLower(FindHeader(headers, "content-type"));
  return type.substr(0, type.find_first_of("; \t"));
}

bool IsEncoded(const HeaderList& headers) {
  const std::string coding =
      AsciiLower(FindHeader(headers, "content-encoding"));
  return !coding.empty() && coding != "identity";
}

bool Representation::HasStrongEtag() const {
  return etag.size() >= 2 && etag.front() == '"' && etag.back() == '"';
}

Representation DescribeRepresentation(const ResponseHead& head) {
  Representation result;
  result.etag = FindHeader(head.headers, "etag");
  result.last_modified = FindHeader(head.headers, "last-modified");
  result.url = head.url;
  result.content_type = ContentTypeEssence(head.headers);
  // A "cors" response was made across origins, redirects included; a "basic"
  // one never left the origin (Fetch, "response type").
  result.is_same_origin = head.type != "cors";
  result.is_encoded = IsEncoded(head.headers);
  result.range_support =
      ParseAcceptRanges(FindHeader(head.headers, "accept-ranges"));
  if (head.status == 206) result.range_support = RangeSupport::kBytes;
  result.length = BodyLength(head, result.is_encoded, result.is_same_origin);
  result.is_length_believed =
      result.length && !result.is_same_origin && head.status != 206;
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
