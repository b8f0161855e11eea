#include "tests/simulation/simulated_server.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <string>
#include <utility>

#include "base/check.h"

namespace background_fetch::simulation {
namespace {

// What a gzip body of that length weighs on the wire; another number is all
// that matters.
int64_t EncodedLength(int64_t length) { return length / 3 + 20; }

// Of what has moved for once.
constexpr int32_t kPlaceMoved = -1;

void SetHeader(HeaderList& headers, std::string_view name, std::string value) {
  for (Header& header : headers) {
    if (header.first == name) {
      header.second = std::move(value);
      return;
    }
  }
  headers.emplace_back(name, std::move(value));
}

void RemoveHeader(HeaderList& headers, std::string_view name) {
  std::erase_if(headers,
                [&](const Header& header) { return header.first == name; });
}

std::string ContentRangeOf(ByteRange range, const std::string& total) {
  return "bytes " + std::to_string(range.begin) + "-" +
         std::to_string(range.end - 1) + "/" + total;
}

// Of the present answer.
int32_t PlaceOf(const Resource& resource) {
  return static_cast<int32_t>(resource.answers % resource.places);
}

ResponseHead HeadOf(const Resource& resource, int status) {
  ResponseHead head{.status = status,
                    .url = resource.url,
                    .type = resource.is_cross_origin ? "cors" : "basic"};
  if (resource.moves_each_time) {
    head.url += "?signature=" + std::to_string(resource.answers);
    head.redirected = true;
  }
  if (resource.places > 1) {
    head.url += "?place=" + std::to_string(PlaceOf(resource));
    head.redirected = true;
  }
  return head;
}

void AddDescription(const Resource& resource, const Version& version,
                    HeaderList& headers) {
  headers.emplace_back("content-type", resource.content_type);
  if (resource.declares_ranges) headers.emplace_back("accept-ranges", "bytes");
  if (!version.etag.empty()) headers.emplace_back("etag", version.etag);
  if (!version.last_modified.empty()) {
    headers.emplace_back("last-modified", version.last_modified);
  }
}

Answer Status(const Resource& resource, int status) {
  Answer answer{.head = HeadOf(resource, status)};
  answer.head.headers.emplace_back("content-length", "0");
  return answer;
}

}  // namespace

void HideHeaders(HeaderList& headers) {
  // Fetch, "CORS-safelisted response-header name".
  static constexpr std::array<std::string_view, 7> kShown = {
      "cache-control", "content-language", "content-length", "content-type",
      "expires",       "last-modified",    "pragma"};
  std::erase_if(headers, [](const Header& header) {
    return std::find(kShown.begin(), kShown.end(), header.first) ==
           kShown.end();
  });
}

std::optional<AskedRange> RangeOf(const StartRequest& request) {
  if (request.range.empty()) return std::nullopt;
  constexpr std::string_view kUnit = "bytes=";
  BF_CHECK(request.range.starts_with(kUnit));
  const char* text = request.range.c_str() + kUnit.size();
  char* rest = nullptr;
  AskedRange asked{.begin = std::strtoll(text, &rest, 10)};
  BF_CHECK(rest != text && *rest == '-');
  if (rest[1] != '\0') asked.end = std::strtoll(rest + 1, nullptr, 10) + 1;
  return asked;
}

int32_t SimulatedServer::IndexOf(std::string_view url) const {
  for (size_t i = 0; i < resources.size(); ++i) {
    if (resources[i].url == url) return static_cast<int32_t>(i);
  }
  BF_CHECK(false);
}

Answer SimulatedServer::AnswerTo(const StartRequest& request) {
  Resource& resource = Of(request.info.url);
  const std::optional<AskedRange> asked = RangeOf(request);
  const bool is_from_cache = resource.cached_version && !asked &&
                             request.cache.empty() &&
                             request.info.method == "GET";
  if (!is_reachable && !is_from_cache) return {.kind = Answer::Kind::kRefused};
  ++resource.answers;
  Answer answer = Honest(
      resource,
      is_from_cache ? *resource.cached_version : resource.current_index(),
      asked, request);
  if (!is_kind && !is_from_cache) Spoil(resource, asked, answer);
  if (resource.is_cached && !asked && answer.head.status == 200 &&
      !answer.IsNetworkFault()) {
    resource.cached_version = answer.source.version;
  }
  if (!resource.ShowsHeaders()) HideHeaders(answer.head.headers);
  return answer;
}

Answer SimulatedServer::Honest(Resource& resource, int32_t version_index,
                               const std::optional<AskedRange>& asked,
                               const StartRequest& request) {
  const Version& version =
      resource.versions[static_cast<size_t>(version_index)];
  if (resource.status != 200) return Status(resource, resource.status);
  if (resource.is_one_time &&
      !used_up_.emplace(request.owner.uid, request.owner.record).second) {
    return Status(resource, kUsedUpStatus);
  }
  if (asked && resource.serves_one_at_a_time && resource.connections > 1) {
    return Status(resource, resource.busy_status);
  }
  const bool is_other_version =
      !request.if_range.empty() && request.if_range != version.etag;
  if (asked && !is_other_version && resource.range_status != 200) {
    if (resource.range_status != 206) {
      return Status(resource, resource.range_status);
    }
    if (asked->begin >= version.length) {
      Answer answer = Status(resource, 416);
      answer.head.headers.emplace_back(
          "content-range", "bytes */" + std::to_string(version.length));
      // Some leave it out.
      if (dice_.Chance(50))
        AddDescription(resource, version, answer.head.headers);
      return answer;
    }
    return Part(
        resource, version_index,
        {.begin = asked->begin,
         .end = std::min(asked->end.value_or(version.length), version.length)});
  }
  if (!asked && resource.answers_plain_with_206 && version.length > 0 &&
      request.info.method == "GET") {
    // A whole and its Content-Range; or only the beginning of it, where the
    // rest can be had.
    const bool may_be_less =
        resource.ShowsHeaders() && version.etag.starts_with("\"") &&
        resource.range_status == 206 && !resource.moves_each_time &&
        resource.places == 1 && !resource.serves_one_at_a_time;
    const int64_t end =
        may_be_less ? dice_.Between(1, version.length) : version.length;
    Answer answer = Part(resource, version_index, {.begin = 0, .end = end});
    answer.is_senseless = resource.hides_total || !resource.ShowsHeaders();
    return answer;
  }
  Answer answer{.head = HeadOf(resource, 200)};
  answer.source = {.resource = IndexOf(resource.url),
                   .version = version_index,
                   .place = PlaceOf(resource)};
  answer.body_bytes = version.length;
  AddDescription(resource, version, answer.head.headers);
  if (resource.is_gzip) {
    answer.head.headers.emplace_back("content-encoding", "gzip");
  }
  if (resource.declares_length) {
    answer.head.headers.emplace_back(
        "content-length",
        std::to_string(resource.is_gzip ? EncodedLength(version.length)
                                        : version.length));
  }
  return answer;
}

Answer SimulatedServer::Part(const Resource& resource, int32_t version_index,
                             ByteRange range) {
  const Version& version =
      resource.versions[static_cast<size_t>(version_index)];
  Answer answer{.head = HeadOf(resource, 206)};
  answer.source = {.resource = IndexOf(resource.url),
                   .version = version_index,
                   .offset = range.begin,
                   .place = PlaceOf(resource)};
  answer.body_bytes = range.Length();
  AddDescription(resource, version, answer.head.headers);
  answer.head.headers.emplace_back(
      "content-range",
      ContentRangeOf(
          range, resource.hides_total ? "*" : std::to_string(version.length)));
  if (resource.declares_length) {
    answer.head.headers.emplace_back("content-length",
                                     std::to_string(range.Length()));
  }
  return answer;
}

void SimulatedServer::Cut(int64_t after_bytes, Answer& answer) {
  if (after_bytes >= answer.body_bytes) return;
  answer.body_bytes = after_bytes;
  answer.end = dice_.Chance(85) ? Answer::End::kCut : Answer::End::kStalled;
}

// It promises more than there is. The browser calls that broken.
void SimulatedServer::Overstate(int64_t bytes, Answer& answer) {
  HeaderList& headers = answer.head.headers;
  if (FindHeader(headers, "content-length").empty()) return;
  SetHeader(headers, "content-length",
            std::to_string(answer.body_bytes + bytes));
  answer.end = Answer::End::kCut;
}

void SimulatedServer::Spoil(Resource& resource,
                            const std::optional<AskedRange>& asked,
                            Answer& answer) {
  if (resource.cut_after_bytes > 0) {
    Cut(resource.cut_after_bytes, answer);
    // A part is asked for where the last one was cut; what starts over must get
    // further, or nobody could say that it will ever end.
    if (answer.head.status == 200) {
      resource.cut_after_bytes +=
          dice_.Between(1, resource.cut_growth_bytes_max);
    }
    return;
  }
  if (resource.overstated_bytes > 0 && answer.head.status == 200) {
    return Overstate(resource.overstated_bytes, answer);
  }
  if (!dice_.Chance(resource.fault_percent)) return;
  ResponseHead& head = answer.head;
  switch (dice_.Between(0, asked ? 9 : 7)) {
    case 0:
      answer = {.kind = Answer::Kind::kRefused};
      return;
    case 1:
      if (dice_.Chance(70)) return;
      answer = {.kind = Answer::Kind::kSilent};
      return;
    case 2:
    case 3:
      Cut(dice_.Between(0, std::max<int64_t>(answer.body_bytes - 1, 0)),
          answer);
      return;
    case 4:
      answer = Status(resource, dice_.OneOf({429, 503}));
      answer.head.headers.emplace_back("retry-after", RetryAfter());
      return;
    case 5:
      if (dice_.Chance(80)) return;
      answer = Status(resource, dice_.OneOf({404, 500, 503}));
      return;
    case 6:
      // To where there is something else, and looks the same.
      head.url += "?moved";
      head.redirected = true;
      answer.source.place = kPlaceMoved;
      return;
    case 7:
      return Overstate(1000, answer);
    default:
      if (head.status != 206) return;
      SpoilPart(resource,
                {.begin = answer.source.offset,
                 .end = answer.source.offset + answer.body_bytes},
                answer);
  }
}

// Seconds, or a date on the server's clock, which may not be the worker's; or
// nothing that anybody could understand.
std::string SimulatedServer::RetryAfter() {
  const int64_t seconds = dice_.OneOf<int64_t>({0, 1, 30, 4000});
  if (dice_.Chance(50)) return std::to_string(seconds);
  if (dice_.Chance(20)) return "soon";
  const std::time_t time = (kFirstReading + scheduler_.now()) / 1000 + seconds;
  std::tm date{};
  gmtime_r(&time, &date);
  char text[40];
  std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &date);
  return text;
}

// Where Content-Range is hidden, only what shows otherwise.
void SimulatedServer::SpoilPart(const Resource& resource, ByteRange range,
                                Answer& answer) {
  HeaderList& headers = answer.head.headers;
  const std::string total =
      std::to_string(resource.current().length + dice_.OneOf({0, 1}));
  const int64_t last = !resource.ShowsHeaders()   ? 4
                       : resource.is_cross_origin ? 6
                                                  : 7;
  switch (dice_.Between(0, last)) {
    case 0:  // all there is, whatever was asked for
      answer.body_bytes = resource.current().length;
      answer.source.offset = 0;
      answer.head.status = 200;
      RemoveHeader(headers, "content-range");
      RemoveHeader(headers, "content-length");
      return;
    case 1:  // it does not stop
      RemoveHeader(headers, "content-length");
      answer.body_bytes = kEndless;
      return;
    case 2:  // less than asked for
      if (range.Length() < 2) return;
      range.end -= dice_.Between(1, range.Length() - 1);
      answer.body_bytes = range.Length();
      SetHeader(headers, "content-range", ContentRangeOf(range, total));
      SetHeader(headers, "content-length", std::to_string(range.Length()));
      return;
    case 3:  // one part of many, with its delimiters
      RemoveHeader(headers, "content-range");
      SetHeader(headers, "content-type", "multipart/byteranges; boundary=x");
      answer.source.version = -1;
      return;
    case 4:  // another part, of another length
      if (range.Length() < 2) return;
      range.begin += dice_.Between(1, range.Length() - 1);
      answer.source.offset = range.begin;
      answer.body_bytes = range.Length();
      SetHeader(headers, "content-range", ContentRangeOf(range, total));
      SetHeader(headers, "content-length", std::to_string(range.Length()));
      return;
    case 5:  // of something else
      SetHeader(
          headers, "content-range",
          ContentRangeOf(range, std::to_string(resource.current().length + 7)));
      answer.source.version = -1;
      return;
    case 7:  // of something unknown; elsewhere it would pass for hidden
      RemoveHeader(headers, "content-range");
      answer.source.version = -1;
      return;
    case 6:  // compressed, although the identity was asked for
      SetHeader(headers, "content-encoding", "gzip");
      answer.source.version = -1;
  }
}

}  // namespace background_fetch::simulation
