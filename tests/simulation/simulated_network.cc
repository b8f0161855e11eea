#include "tests/simulation/simulated_network.h"

#include <algorithm>
#include <vector>

#include "base/check.h"

namespace background_fetch::simulation {
namespace {

// Of one body, in the shipped host: then it is not read on.
constexpr int32_t kPiecesWaitingMax = 2;

// An answer that nobody reads: how often it breaks, and how soon.
constexpr int64_t kUnreadBreaksPercent = 10;
constexpr DurationMs kUnreadForMsMax = 4000;

}  // namespace

SimulatedNetwork::~SimulatedNetwork() {
  for (const auto& [id, live] : live_) {
    --server_.Of(live.command.info.url).connections;
  }
}

SimulatedNetwork::Live* SimulatedNetwork::Find(RequestId id) {
  const auto found = live_.find(id);
  return found == live_.end() ? nullptr : &found->second;
}

void SimulatedNetwork::Start(const StartRequest& command) {
  BF_CHECK(Find(command.request) == nullptr);
  live_[command.request].command = command;
  Resource& resource = server_.Of(command.info.url);
  ++resource.connections;
  const RequestId id = command.request;
  scheduler_.After(dice_.Between(0, resource.latency_ms), scheduler_.life(),
                   [this, id] { Arrive(id); });
}

void SimulatedNetwork::Arrive(RequestId id) {
  Live* live = Find(id);
  if (live == nullptr || live->is_cancelled) return;
  live->answer = server_.AnswerTo(live->command);
  switch (live->answer.kind) {
    case Answer::Kind::kSilent:
      return;
    case Answer::Kind::kRefused:
      return EndSource(id, /*is_broken=*/true);
    case Answer::Kind::kHead:
      reports_.event(
          ResponseHeadSeen{.request = id, .head = live->answer.head});
      if (!server_.is_kind && dice_.Chance(kUnreadBreaksPercent)) {
        scheduler_.After(dice_.Between(1, kUnreadForMsMax), scheduler_.life(),
                         [this, id] { BreakUnread(id); });
      }
  }
}

// A server has no patience with a client that does not read.
void SimulatedNetwork::BreakUnread(RequestId id) {
  Live* live = Find(id);
  if (live == nullptr || live->read || live->is_cancelled) return;
  live->answer.end = Answer::End::kCut;
  EndSource(id, /*is_broken=*/true);
}

void SimulatedNetwork::Read(const ReadBody& command) {
  Live* live = Find(command.request);
  if (live == nullptr || live->read || live->is_cancelled) return;
  BF_CHECK(!command.is_own_head || command.head == live->answer.head);
  live->read = command;
  Pump(command.request);
}

void SimulatedNetwork::Pump(RequestId id) {
  Live* live = Find(id);
  if (live == nullptr || !live->read || live->is_source_done ||
      live->is_piece_coming || live->puts >= kPiecesWaitingMax) {
    return;
  }
  if (live->stored != StoreAnswer::kDurable) return EndSource(id, false);
  switch (live->read->plan.mode) {
    case BodyPlan::Mode::kStream:
      return PumpStream(id, *live);
    case BodyPlan::Mode::kBlob:
    case BodyPlan::Mode::kBuffer:
      return PumpWhole(id, *live);
    case BodyPlan::Mode::kNone:
      Write(id, 0);
      return EndSource(id, false);
  }
}

// What comes until a piece is due.
int64_t SimulatedNetwork::PieceBytes(const Live& live) const {
  const BodyPlan& plan = live.read->plan;
  const int64_t due =
      server_.Of(live.command.info.url).bytes_per_second * plan.piece_ms / 1000;
  return std::min(plan.piece_bytes, std::max(plan.piece_bytes_min, due));
}

void SimulatedNetwork::PumpStream(RequestId id, Live& live) {
  const BodyPlan& plan = live.read->plan;
  const int64_t wanted =
      (plan.end ? *plan.end - plan.begin : kEndless) - live.received;
  const int64_t coming = live.answer.body_bytes - live.received;
  const int64_t whole = PieceBytes(live);
  const int64_t piece = std::min({whole, wanted, coming});
  const DurationMs delay =
      piece * 1000 / server_.Of(live.command.info.url).bytes_per_second;
  if (piece == coming && piece < wanted && piece < whole &&
      live.answer.end == Answer::End::kStalled) {
    return;  // held back until there is more of it, or until it breaks
  }
  if (piece > 0) return Receive(id, piece, delay);
  const bool is_broken = wanted > 0 && live.answer.end == Answer::End::kCut;
  if (live.received == 0 && !is_broken) Write(id, 0);
  EndSource(id, is_broken);
}

void SimulatedNetwork::PumpWhole(RequestId id, Live& live) {
  const BodyPlan& plan = live.read->plan;
  const int64_t body = live.answer.body_bytes;
  // Nothing is handed out before the end.
  if (live.answer.end == Answer::End::kStalled || body == kEndless) return;
  if (live.received > 0) return EndSource(id, false);
  if (live.answer.end == Answer::End::kCut) return EndSource(id, true);
  const int64_t piece =
      std::min(body, plan.end ? *plan.end - plan.begin : body);
  if (piece == 0) {
    Write(id, 0);
    return EndSource(id, false);
  }
  Receive(id, piece,
          body * 1000 / server_.Of(live.command.info.url).bytes_per_second);
}

void SimulatedNetwork::Receive(RequestId id, int64_t bytes, DurationMs delay) {
  Find(id)->is_piece_coming = true;
  scheduler_.After(delay, scheduler_.life(), [this, id, bytes] {
    Live* live = Find(id);
    if (live == nullptr || live->is_source_done) return;
    live->is_piece_coming = false;
    Write(id, bytes);
    Pump(id);
  });
}

void SimulatedNetwork::Write(RequestId id, int64_t bytes) {
  Live& live = *Find(id);
  const int64_t begin = live.read->plan.begin + live.received;
  const ByteRange range{.begin = begin, .end = begin + bytes};
  Source source = live.answer.source;
  source.offset += live.received;
  live.received += bytes;
  reports_.received(id, bytes);
  ++live.puts;
  store_.Write({.owner = live.read->owner,
                .range = range,
                .source = source,
                .head = live.is_head_taken ? std::nullopt : live.read->head,
                .done = [this, id, range](StoreAnswer answer) {
                  OnWritten(id, range, answer);
                }});
  live.is_head_taken = true;
}

void SimulatedNetwork::OnWritten(RequestId id, ByteRange range,
                                 StoreAnswer answer) {
  Live& live = *Find(id);
  --live.puts;
  if (live.stored == StoreAnswer::kDurable) {
    live.stored = answer;
    if (answer == StoreAnswer::kDurable) {
      reports_.event(ChunkStored{.request = id, .range = range});
    }
  }
  CloseIfDone(id);
  Pump(id);
}

void SimulatedNetwork::Cancel(RequestId id) {
  Live* live = Find(id);
  if (live == nullptr || live->is_cancelled) return;
  live->is_cancelled = true;
  if (live->answer.IsNetworkFault()) reports_.fault(live->command);
  scheduler_.After(dice_.Between(0, 3), scheduler_.life(),
                   [this, id] { Break(id); });
}

void SimulatedNetwork::CancelAll() {
  std::vector<RequestId> ids;
  for (const auto& [id, live] : live_) ids.push_back(id);
  for (RequestId id : ids) Cancel(id);
}

// The stream ends in the middle of a piece; what there is of it is stored.
void SimulatedNetwork::Break(RequestId id) {
  Live* live = Find(id);
  if (live == nullptr || live->is_source_done) return;
  if (live->read && live->read->plan.mode == BodyPlan::Mode::kStream) {
    const BodyPlan& plan = live->read->plan;
    const int64_t most = std::min(
        {PieceBytes(*live),
         (plan.end ? *plan.end - plan.begin : kEndless) - live->received,
         live->answer.body_bytes - live->received});
    const int64_t piece = dice_.Between(0, std::max<int64_t>(most, 0));
    if (piece > 0) Write(id, piece);
  }
  EndSource(id, true);
}

void SimulatedNetwork::EndSource(RequestId id, bool is_broken) {
  Live& live = *Find(id);
  live.is_source_done = true;
  live.is_broken = is_broken;
  if (live.read && !is_broken && live.stored == StoreAnswer::kDurable) {
    reports_.event(BodyReceived{.request = id, .bytes = live.received});
  }
  CloseIfDone(id);
}

void SimulatedNetwork::CloseIfDone(RequestId id) {
  const auto found = live_.find(id);
  if (found == live_.end()) return;
  if (!found->second.is_source_done || found->second.puts > 0) return;
  const Live live = std::move(found->second);
  live_.erase(found);
  --server_.Of(live.command.info.url).connections;
  if (live.is_broken && !live.is_cancelled) reports_.fault(live.command);
  if (live.stored != StoreAnswer::kDurable) {
    reports_.event(StorageFailed{
        .request = id, .is_quota = live.stored == StoreAnswer::kQuota});
  } else if (live.is_broken) {
    reports_.event(RequestFailed{.request = id});
  } else {
    reports_.event(BodyEnded{.request = id});
  }
}

}  // namespace background_fetch::simulation
