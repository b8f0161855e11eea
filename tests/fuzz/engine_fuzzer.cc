// A sequence of events in any order in which a host could tell them, with
// crashes in between: no check of the engine fails, and none of the host's.
//
// Each step is one byte of choice and what that choice takes. Ids of requests
// and fetches that do not exist are among them; a closing event for a request
// whose head was never asked about is not: that is a host that breaks rules.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/units.h"
#include "fetch/matching.h"
#include "tests/fuzz/fuzz_host.h"
#include "tests/fuzz/fuzz_input.h"

namespace background_fetch {
namespace {

// Enough for every phase of several fetches; longer inputs only repeat.
constexpr int kStepsMax = 500;

constexpr std::array<std::string_view, 4> kIds = {"a", "b", "c", ""};

class Driver {
 public:
  explicit Driver(FuzzInput input) : input_(std::move(input)) { host_.Boot(); }

  void Drive() {
    for (int step = 0; step < kStepsMax && !input_.AtEnd(); ++step) Step();
  }

 private:
  using OpenRequest = FuzzHost::OpenRequest;

  void Step() {
    switch (input_.TakeBelow(20)) {
      case 0:
        return Register();
      case 1:
        return host_.Tell(Abort{
            .token = 1, .uid = TakeUid(), .is_repeated = input_.TakeBool()});
      case 2:
      case 3:
        return Head();
      case 4:
      case 5:
        return Chunk();
      case 6:
        return Close(/*may_end=*/true);
      case 7:
        return Close(/*may_end=*/false);
      case 8:
      case 9:
        return Sync();
      case 10:
        return host_.Tell(Announced{.sequence = TakeSequence()});
      case 11:
        return Delivered();
      case 12:
        return Deleted();
      case 13:
        host_.is_online = input_.TakeBool();
        return host_.Tell(OnlineChanged{.is_online = host_.is_online});
      case 14:
        return Wake();
      case 15:
        // Clocks jump, both ways.
        host_.now = input_.TakeOffset();
        return host_.Tell(TimePassed{});
      case 16:
        return Crash();
      case 17:
        return host_.Tell(SetPaused{
            .token = 2, .uid = TakeUid(), .is_paused = input_.TakeBool()});
      case 18:
        return host_.Tell(Release{
            .token = 3, .uid = TakeUid(), .record = input_.TakeBelow(6)});
      default:
        return AskQuestions();
    }
  }

  // --- Fetches --------------------------------------------------------------

  std::string TakeUid() {
    return "uid-" + std::to_string(input_.TakeBelow(4)) + "-" +
           std::to_string(
               input_.TakeBelow(static_cast<uint32_t>(registered_) + 1));
  }

  void Register() {
    static constexpr std::array<std::string_view, 4> kMethods = {
        "GET", "GET", "POST", "HEAD"};
    background_fetch::Register event{.token = input_.TakeByte()};
    const uint32_t id = input_.TakeBelow(kIds.size());
    event.options.id = kIds[id];
    if (input_.TakeBool()) event.options.download_total = input_.TakeOffset();
    // Fresh, as the worker makes it.
    registered_ = (registered_ + 1) % 200;
    event.uid = "uid-" + std::to_string(id) + "-" + std::to_string(registered_);
    for (uint32_t left = input_.TakeBelow(6); left > 0; --left) {
      RequestInfo& request = event.requests.emplace_back();
      request.url = input_.TakeBool() ? "https://host/file" : "https://host/b";
      request.method = input_.TakeOneOf(kMethods);
      if (request.method == "POST") request.body_length = input_.TakeByte();
      if (input_.TakeBelow(8) == 7) request.integrity = "sha256-AAAA";
    }
    host_.Tell(std::move(event));
  }

  int64_t TakeSequence() {
    return input_.TakeBool() ? host_.announced : input_.TakeOffset();
  }

  void Delivered() {
    std::string uid = TakeUid();
    if (!host_.delivering.empty() && input_.TakeBool()) {
      uid = *host_.delivering.begin();
    }
    host_.delivering.erase(uid);
    const bool was_held = input_.TakeBool();
    host_.Tell(EventDelivered{.uid = uid, .was_held = was_held});
  }

  void Deleted() {
    std::string uid = TakeUid();
    if (!host_.deleting.empty() && input_.TakeBool()) {
      uid = *host_.deleting.begin();
    }
    if (host_.deleting.erase(uid) == 0 && IsKnown(uid)) return;
    host_.Tell(FetchDeleted{.uid = uid});
  }

  bool IsKnown(const std::string& uid) {
    return host_.engine().SnapshotOf(uid).has_value();
  }

  // --- The network ----------------------------------------------------------

  // One that is open, or an id that names none.
  RequestId TakeRequest() {
    const uint8_t choice = input_.TakeByte();
    if (host_.open.empty() || choice >= 250) return choice * 1'000'003u;
    return std::next(host_.open.begin(),
                     static_cast<ptrdiff_t>(choice % host_.open.size()))
        ->first;
  }

  OpenRequest* Find(RequestId id) {
    const auto found = host_.open.find(id);
    return found == host_.open.end() ? nullptr : &found->second;
  }

  void Head() {
    const RequestId id = TakeRequest();
    OpenRequest* request = Find(id);
    if (request != nullptr) {
      if (request->has_head) return;
      request->has_head = true;
    }
    host_.Tell(ResponseHeadSeen{.request = id, .head = input_.TakeHead()});
  }

  void Chunk() {
    const RequestId id = TakeRequest();
    OpenRequest* request = Find(id);
    if (request == nullptr) {
      const int64_t begin = input_.TakeOffset();
      const ByteRange range{.begin = begin, .end = begin + 1};
      return host_.Tell(ChunkStored{.request = id, .range = range});
    }
    if (!request->read) return;
    ReadBody& read = *request->read;
    ByteRange range{.begin = read.plan.begin, .end = read.plan.begin};
    if (read.plan.mode != BodyPlan::Mode::kNone) {
      range.end = std::min(read.plan.end.value_or(kOffsetMax),
                           range.begin + input_.TakeOffset());
      range.end = std::max(range.end, range.begin);
    }
    if (read.head) host_.StoreHead(read.owner, *read.head);
    read.head.reset();
    if (!range.IsEmpty()) host_.StoreChunk(read.owner, range);
    const bool is_received = range.end == read.plan.end;
    read.plan.begin = range.end;
    if (is_received) {
      host_.Tell(BodyReceived{.request = id, .bytes = range.Length()});
    }
    host_.Tell(ChunkStored{.request = id, .range = range});
  }

  void Close(bool may_end) {
    const RequestId id = TakeRequest();
    OpenRequest* request = Find(id);
    const bool ends = may_end && (request == nullptr || request->read);
    const bool is_storage = input_.TakeBool();
    if (request != nullptr) host_.open.erase(id);
    if (ends) {
      host_.Tell(BodyEnded{.request = id});
    } else if (is_storage) {
      host_.Tell(StorageFailed{.request = id, .is_quota = input_.TakeBool()});
    } else {
      host_.Tell(RequestFailed{.request = id});
    }
  }

  // --- Storage and time -----------------------------------------------------

  void Sync() {
    if (!host_.is_syncing) return;
    host_.is_syncing = false;
    const uint32_t choice = input_.TakeBelow(8);
    if (choice == 0) {
      return host_.Tell(JournalSyncFailed{.is_quota = input_.TakeBool()});
    }
    host_.directory.Sync();
    host_.Tell(JournalSynced{});
  }

  void Wake() {
    const TimeMs wake = host_.engine().NextWake();
    if (wake == kNever) return;
    host_.now = wake;
    host_.Tell(TimePassed{});
  }

  void Crash() {
    switch (input_.TakeBelow(8)) {
      case 0:
        host_.LoseChunks();
        break;
      case 1:
        host_.LoseHeads();
        break;
      default:
        break;
    }
    host_.Crash();
  }

  void AskQuestions() {
    const std::string uid = TakeUid();
    MatchQuery query{.url = "https://host/file"};
    query.headers = input_.TakeHeaders();
    (void)host_.engine().Match(uid, &query);
    (void)host_.engine().SnapshotOf(uid);
    (void)host_.engine().RequestOf(uid, input_.TakeByte());
    (void)host_.engine().RecordStateOf(uid, input_.TakeByte());
    (void)host_.engine().ChangesSince(input_.TakeOffset());
    for (const std::string_view id : host_.engine().ActiveIds()) {
      BF_CHECK(!host_.engine().ActiveUid(id).empty());
    }
  }

  FuzzInput input_;
  FuzzHost host_;
  int registered_ = 0;
};

}  // namespace
}  // namespace background_fetch

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  background_fetch::Driver(background_fetch::FuzzInput(data, size)).Drive();
  return 0;
}
