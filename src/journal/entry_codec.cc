#include "journal/entry_codec.h"

#include <utility>
#include <variant>

#include "base/bytes.h"
#include "base/check.h"

namespace background_fetch {
namespace {

// First byte of an entry. Stored: numbers never change and are never reused.
// 0 is the seal of a snapshot (journal/segment.h).
enum class Tag : uint8_t {
  kFetchBegun = 1,
  kRequestAdded = 2,
  kFetchSealed = 3,
  kGenerationBegun = 4,
  kRequestSent = 5,
  kRecordSettled = 6,
  kFetchSettled = 7,
  kDeliveryBegun = 8,
  kFetchDelivered = 9,
  kFetchDropped = 10,
  kFetchPaused = 11,
  kRecordReleased = 12,
};

// An icon is four strings, a header two; each takes a byte at least. A count
// that the bytes left cannot hold is refused before anything is allocated.
constexpr size_t kIconBytesMin = 4;
constexpr size_t kHeaderBytesMin = 2;

class Encoder {
 public:
  explicit Encoder(std::string* out) : writer_(out) {}

  void operator()(const FetchBegun& entry) {
    Begin(Tag::kFetchBegun, entry.fetch);
    writer_.WriteString(entry.uid);
    Write(entry.options);
    writer_.WriteVarint(entry.record_count);
  }

  void operator()(const RequestAdded& entry) {
    Begin(Tag::kRequestAdded, entry.fetch);
    Write(entry.request);
  }

  void operator()(const FetchSealed& entry) {
    Begin(Tag::kFetchSealed, entry.fetch);
  }

  void operator()(const GenerationBegun& entry) {
    Begin(Tag::kGenerationBegun, entry.fetch);
    writer_.WriteVarint(entry.record);
    writer_.WriteVarint(entry.generation);
  }

  void operator()(const RequestSent& entry) {
    Begin(Tag::kRequestSent, entry.fetch);
    writer_.WriteVarint(entry.record);
  }

  void operator()(const RecordSettled& entry) {
    Begin(Tag::kRecordSettled, entry.fetch);
    writer_.WriteVarint(entry.record);
    writer_.WriteVarint(entry.generation);
    writer_.WriteByte(static_cast<uint8_t>(entry.reason));
    WriteLength(entry.length);
  }

  void operator()(const FetchSettled& entry) {
    Begin(Tag::kFetchSettled, entry.fetch);
    writer_.WriteByte(static_cast<uint8_t>(entry.reason));
  }

  void operator()(const DeliveryBegun& entry) {
    Begin(Tag::kDeliveryBegun, entry.fetch);
    writer_.WriteVarint(entry.attempt);
  }

  void operator()(const FetchDelivered& entry) {
    Begin(Tag::kFetchDelivered, entry.fetch);
  }

  void operator()(const FetchDropped& entry) {
    Begin(Tag::kFetchDropped, entry.fetch);
  }

  void operator()(const FetchPaused& entry) {
    Begin(Tag::kFetchPaused, entry.fetch);
    writer_.WriteByte(entry.is_paused ? 1 : 0);
  }

  void operator()(const RecordReleased& entry) {
    Begin(Tag::kRecordReleased, entry.fetch);
    writer_.WriteVarint(entry.record);
  }

 private:
  void Begin(Tag tag, FetchNumber fetch) {
    writer_.WriteByte(static_cast<uint8_t>(tag));
    writer_.WriteVarint(fetch);
  }

  void WriteLength(int64_t length) {
    BF_CHECK(length >= 0 && length <= kOffsetMax);
    writer_.WriteVarint(static_cast<uint64_t>(length));
  }

  void Write(const FetchOptions& options) {
    writer_.WriteString(options.id);
    writer_.WriteString(options.title);
    writer_.WriteVarint(options.icons.size());
    for (const Icon& icon : options.icons) {
      writer_.WriteString(icon.src);
      writer_.WriteString(icon.sizes);
      writer_.WriteString(icon.type);
      writer_.WriteString(icon.label);
    }
    WriteLength(options.download_total);
  }

  void Write(const RequestInfo& request) {
    writer_.WriteString(request.url);
    writer_.WriteString(request.method);
    writer_.WriteVarint(request.headers.size());
    for (const auto& [name, value] : request.headers) {
      writer_.WriteString(name);
      writer_.WriteString(value);
    }
    writer_.WriteString(request.mode);
    writer_.WriteString(request.credentials);
    writer_.WriteString(request.cache);
    writer_.WriteString(request.redirect);
    writer_.WriteString(request.referrer);
    writer_.WriteString(request.referrer_policy);
    writer_.WriteString(request.integrity);
    WriteLength(request.body_length);
  }

  ByteWriter writer_;
};

// Reads fields in any order their entry wants; refuses values that no encoder
// writes by failing the reader, so that one question at the end suffices.
class Decoder {
 public:
  explicit Decoder(std::string_view bytes) : reader_(bytes) {}

  Tag ReadTag() { return static_cast<Tag>(reader_.ReadByte()); }

  uint32_t ReadNumber() {
    return static_cast<uint32_t>(ReadVarintUpTo(UINT32_MAX));
  }

  int64_t ReadLength() {
    return static_cast<int64_t>(
        ReadVarintUpTo(static_cast<uint64_t>(kOffsetMax)));
  }

  bool ReadBool() {
    const uint8_t value = reader_.ReadByte();
    if (value > 1) reader_.Fail();
    return value == 1;
  }

  FailureReason ReadReason() {
    const uint8_t value = reader_.ReadByte();
    if (value > static_cast<uint8_t>(FailureReason::kDownloadTotalExceeded)) {
      reader_.Fail();
      return FailureReason::kNone;
    }
    return static_cast<FailureReason>(value);
  }

  std::string ReadString() { return std::string(reader_.ReadString()); }

  // Braces fix the order in which fields are read.
  FetchOptions ReadOptions() {
    return {.id = ReadString(),
            .title = ReadString(),
            .icons = ReadIcons(),
            .download_total = ReadLength()};
  }

  RequestInfo ReadRequest() {
    return {.url = ReadString(),
            .method = ReadString(),
            .headers = ReadHeaders(),
            .mode = ReadString(),
            .credentials = ReadString(),
            .cache = ReadString(),
            .redirect = ReadString(),
            .referrer = ReadString(),
            .referrer_policy = ReadString(),
            .integrity = ReadString(),
            .body_length = ReadLength()};
  }

  // The entry is accepted only if its fields took all the bytes.
  Result<Entry> Finish(Entry entry) const {
    if (reader_.failed() || reader_.remaining() > 0) {
      return ErrorCode::kMalformed;
    }
    return entry;
  }

 private:
  uint64_t ReadVarintUpTo(uint64_t maximum) {
    const uint64_t value = reader_.ReadVarint();
    if (value <= maximum) return value;
    reader_.Fail();
    return 0;
  }

  size_t ReadCount(size_t item_bytes_min) {
    return static_cast<size_t>(
        ReadVarintUpTo(reader_.remaining() / item_bytes_min));
  }

  std::vector<Icon> ReadIcons() {
    std::vector<Icon> icons;
    for (size_t left = ReadCount(kIconBytesMin); left > 0; --left) {
      icons.push_back({.src = ReadString(),
                       .sizes = ReadString(),
                       .type = ReadString(),
                       .label = ReadString()});
    }
    return icons;
  }

  HeaderList ReadHeaders() {
    HeaderList headers;
    for (size_t left = ReadCount(kHeaderBytesMin); left > 0; --left) {
      headers.push_back({ReadString(), ReadString()});
    }
    return headers;
  }

  ByteReader reader_;
};

}  // namespace

void EncodeEntry(const Entry& entry, std::string* out) {
  std::visit(Encoder(out), entry);
}

Result<Entry> DecodeEntry(std::string_view bytes) {
  Decoder decoder(bytes);
  const Tag tag = decoder.ReadTag();
  const FetchNumber fetch = decoder.ReadNumber();
  switch (tag) {
    case Tag::kFetchBegun:
      return decoder.Finish(FetchBegun{fetch, decoder.ReadString(),
                                       decoder.ReadOptions(),
                                       decoder.ReadNumber()});
    case Tag::kRequestAdded:
      return decoder.Finish(RequestAdded{fetch, decoder.ReadRequest()});
    case Tag::kFetchSealed:
      return decoder.Finish(FetchSealed{fetch});
    case Tag::kGenerationBegun:
      return decoder.Finish(
          GenerationBegun{fetch, decoder.ReadNumber(), decoder.ReadNumber()});
    case Tag::kRequestSent:
      return decoder.Finish(RequestSent{fetch, decoder.ReadNumber()});
    case Tag::kRecordSettled:
      return decoder.Finish(
          RecordSettled{fetch, decoder.ReadNumber(), decoder.ReadNumber(),
                        decoder.ReadReason(), decoder.ReadLength()});
    case Tag::kFetchSettled:
      return decoder.Finish(FetchSettled{fetch, decoder.ReadReason()});
    case Tag::kDeliveryBegun:
      return decoder.Finish(DeliveryBegun{fetch, decoder.ReadNumber()});
    case Tag::kFetchDelivered:
      return decoder.Finish(FetchDelivered{fetch});
    case Tag::kFetchDropped:
      return decoder.Finish(FetchDropped{fetch});
    case Tag::kFetchPaused:
      return decoder.Finish(FetchPaused{fetch, decoder.ReadBool()});
    case Tag::kRecordReleased:
      return decoder.Finish(RecordReleased{fetch, decoder.ReadNumber()});
  }
  return ErrorCode::kMalformed;
}

}  // namespace background_fetch
