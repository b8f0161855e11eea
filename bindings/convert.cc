#include "bindings/convert.h"

#include <string>
#include <string_view>
#include <variant>

#include "base/decimal.h"

namespace background_fetch {

// Braces fix the order in which members are read.

// --- Out of a message --------------------------------------------------------

ByteRange ReadRange(MessageReader& in) {
  return {.begin = in.Number(), .end = in.Number()};
}

static HeaderList ReadHeaders(MessageReader& in) {
  HeaderList headers;
  for (uint32_t left = in.Index(); left > 0; --left) {
    headers.push_back({in.Text(), in.Text()});
  }
  return headers;
}

RequestInfo ReadRequestInfo(MessageReader& in) {
  return {.url = in.Text(),
          .method = in.Text(),
          .headers = ReadHeaders(in),
          .mode = in.Text(),
          .credentials = in.Text(),
          .cache = in.Text(),
          .redirect = in.Text(),
          .referrer = in.Text(),
          .referrer_policy = in.Text(),
          .integrity = in.Text(),
          .body_length = in.Number()};
}

std::vector<RequestInfo> ReadRequests(MessageReader& in) {
  std::vector<RequestInfo> requests;
  for (uint32_t left = in.Index(); left > 0; --left) {
    requests.push_back(ReadRequestInfo(in));
  }
  return requests;
}

ResponseHead ReadResponseHead(MessageReader& in) {
  return {.status = static_cast<int>(in.Number()),
          .status_text = in.Text(),
          .headers = ReadHeaders(in),
          .url = in.Text(),
          .type = in.Text(),
          .redirected = in.Flag()};
}

FetchOptions ReadFetchOptions(MessageReader& in) {
  FetchOptions options{.id = in.Text(), .title = in.Text(), .icons = {}};
  for (uint32_t left = in.Index(); left > 0; --left) {
    options.icons.push_back({.src = in.Text(),
                             .sizes = in.Text(),
                             .type = in.Text(),
                             .label = in.Text()});
  }
  options.download_total = in.Number();
  return options;
}

ChunkOwner ReadOwner(MessageReader& in) {
  return {.uid = in.Text(), .record = in.Index(), .generation = in.Index()};
}

MatchQuery ReadQuery(MessageReader& in) {
  return {.url = in.Text(),
          .method = in.Text(),
          .headers = ReadHeaders(in),
          .ignore_search = in.Flag(),
          .ignore_method = in.Flag(),
          .ignore_vary = in.Flag()};
}

// --- Into a message ----------------------------------------------------------

static void Write(const HeaderList& headers, MessageWriter& out) {
  out.Number(static_cast<int64_t>(headers.size()));
  for (const auto& [name, value] : headers) {
    out.Text(name);
    out.Text(value);
  }
}

void Write(const DomError& error, MessageWriter& out) {
  out.Text(error.name);
  out.Text(error.message);
}

void Write(const RequestInfo& info, MessageWriter& out) {
  out.Text(info.url);
  out.Text(info.method);
  Write(info.headers, out);
  out.Text(info.mode);
  out.Text(info.credentials);
  out.Text(info.cache);
  out.Text(info.redirect);
  out.Text(info.referrer);
  out.Text(info.referrer_policy);
  out.Text(info.integrity);
  out.Number(info.body_length);
}

static void Write(const ResponseHead& head, MessageWriter& out) {
  out.Number(head.status);
  out.Text(head.status_text);
  Write(head.headers, out);
  out.Text(head.url);
  out.Text(head.type);
  out.Flag(head.redirected);
}

static void Write(const ChunkOwner& owner, MessageWriter& out) {
  out.Text(owner.uid);
  out.Number(owner.record);
  out.Number(owner.generation);
}

void Write(const Snapshot& snapshot, MessageWriter& out) {
  out.Text(snapshot.uid);
  out.Text(snapshot.options->id);
  out.Text(snapshot.options->title);
  out.Number(static_cast<int64_t>(snapshot.options->icons.size()));
  for (const Icon& icon : snapshot.options->icons) {
    out.Text(icon.src);
    out.Text(icon.sizes);
    out.Text(icon.type);
    out.Text(icon.label);
  }
  out.Number(snapshot.upload_total);
  out.Number(snapshot.uploaded);
  out.Number(snapshot.options->download_total);
  out.Number(snapshot.downloaded);
  out.Text(ToString(snapshot.result));
  out.Text(ToString(snapshot.failure_reason));
  out.Flag(snapshot.records_available);
  out.Flag(snapshot.is_active);
  out.Flag(snapshot.is_paused);
  out.Number(snapshot.answers);
}

// -1: there is none.
static void WriteOrNone(const std::optional<int64_t>& number,
                        MessageWriter& out) {
  out.Text(number ? FormatDecimal(*number) : "-1");
}

void Write(const RecordState& state, MessageWriter& out) {
  out.Number(state.generation);
  out.Number(static_cast<int64_t>(state.kind));
  out.Number(state.length);
  WriteOrNone(state.total, out);
}

static void Write(const StartRequest& command, MessageWriter& out) {
  out.Number(command.request);
  Write(command.owner, out);
  Write(command.info, out);
  out.Text(command.range);
  out.Text(command.if_range);
  out.Text(command.cache);
}

static void Write(const ReadBody& command, MessageWriter& out) {
  out.Number(command.request);
  Write(command.owner, out);
  out.Number(static_cast<int64_t>(command.plan.mode));
  out.Number(command.plan.begin);
  WriteOrNone(command.plan.end, out);
  out.Number(command.plan.piece_bytes);
  out.Number(command.plan.piece_bytes_min);
  out.Number(command.plan.piece_ms);
  // The host has its own: for a small body it would be most of the message.
  out.Flag(command.is_own_head);
  const bool is_another = command.head && !command.is_own_head;
  out.Flag(is_another);
  if (is_another) Write(*command.head, out);
}

static void Write(const CancelRequest& command, MessageWriter& out) {
  out.Number(command.request);
}

static void Write(const DeleteGeneration& command, MessageWriter& out) {
  Write(command.owner, out);
}

static void Write(const DeleteFetch& command, MessageWriter& out) {
  out.Text(command.uid);
}

static void Write(const SyncJournal&, MessageWriter&) {}

static void Write(const Announce& command, MessageWriter& out) {
  out.Number(command.sequence);
  out.Flag(command.must_be_heard);
}

static void Write(const Deliver& command, MessageWriter& out) {
  out.Text(command.uid);
  out.Number(static_cast<int64_t>(command.kind));
}

static void Write(const Registered& command, MessageWriter& out) {
  out.Number(command.token);
  out.Text(command.uid);
}

static void Write(const Rejected& command, MessageWriter& out) {
  out.Number(command.token);
  Write(ToDomError(command.error), out);
}

static void Write(const AbortAnswered& command, MessageWriter& out) {
  out.Number(command.token);
  out.Flag(command.is_aborted);
}

static void Write(const PauseAnswered& command, MessageWriter& out) {
  out.Number(command.token);
  out.Flag(command.is_active);
}

static void Write(const ReleaseAnswered& command, MessageWriter& out) {
  out.Number(command.token);
  out.Flag(command.is_released);
}

void Write(const Command& command, MessageWriter& out) {
  out.Number(static_cast<int64_t>(command.index()));
  std::visit([&](const auto& each) { Write(each, out); }, command);
}

}  // namespace background_fetch
