// A journal whose entries are whole but say anything, and a body store that
// does not agree with it: an engine comes up and runs on.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "base/check.h"
#include "journal/entry_codec.h"
#include "journal/journal.h"
#include "tests/fuzz/fuzz_host.h"
#include "tests/fuzz/fuzz_input.h"

namespace background_fetch {
namespace {

constexpr int kWakesMax = 50;

// Fresh for every fetch, as the worker makes them.
std::string UidOf(FetchNumber fetch) { return "uid-" + std::to_string(fetch); }

ChunkOwner TakeOwner(FuzzInput& input) {
  return {.uid = UidOf(input.TakeBelow(4)),
          .record = input.TakeBelow(4),
          .generation = input.TakeBelow(3)};
}

FailureReason TakeReason(FuzzInput& input) {
  return static_cast<FailureReason>(input.TakeBelow(6));
}

Entry TakeEntry(FuzzInput& input) {
  const FetchNumber fetch = input.TakeBelow(4);
  switch (input.TakeBelow(13)) {
    case 0:
      return FetchBegun{.fetch = fetch,
                        .uid = UidOf(fetch),
                        .options = {.id = "id",
                                    .title = {},
                                    .icons = {},
                                    .download_total = input.TakeByte()},
                        .record_count = input.TakeBelow(4)};
    case 1:
    case 2: {
      RequestInfo request;
      request.url = "https://host/file";
      request.method = input.TakeBool() ? "GET" : "POST";
      request.body_length = input.TakeByte();
      return RequestAdded{.fetch = fetch, .request = request};
    }
    case 3:
      return FetchSealed{.fetch = fetch};
    case 4:
      return GenerationBegun{.fetch = fetch,
                             .record = input.TakeBelow(4),
                             .generation = input.TakeBelow(3)};
    case 5:
      return RequestSent{.fetch = fetch, .record = input.TakeBelow(4)};
    case 6:
      return RecordSettled{.fetch = fetch,
                           .record = input.TakeBelow(4),
                           .generation = input.TakeBelow(3),
                           .reason = TakeReason(input),
                           .length = input.TakeOffset()};
    case 7:
      return FetchSettled{.fetch = fetch, .reason = TakeReason(input)};
    case 8:
      return DeliveryBegun{.fetch = fetch, .attempt = input.TakeByte()};
    case 9:
      return FetchDelivered{.fetch = fetch};
    case 10:
      return FetchPaused{.fetch = fetch, .is_paused = input.TakeBool()};
    case 11:
      return RecordReleased{.fetch = fetch, .record = input.TakeBelow(4)};
    default:
      return FetchDropped{.fetch = fetch};
  }
}

void WriteJournal(FuzzInput& input, Directory& directory) {
  Journal journal(directory);
  BF_CHECK(journal.Replay([](Entry&&) {}).ok());
  for (uint32_t left = input.TakeByte(); left > 0; --left) {
    BF_CHECK(journal.Append(TakeEntry(input)) == ErrorCode::kOk);
  }
}

void Run(FuzzInput input) {
  FuzzHost host;
  WriteJournal(input, host.directory);
  host.directory.Sync();
  for (uint32_t left = input.TakeBelow(8); left > 0; --left) {
    const ChunkOwner owner = TakeOwner(input);
    host.StoreHead(owner, input.TakeHead());
  }
  for (uint32_t left = input.TakeBelow(16); left > 0; --left) {
    const ChunkOwner owner = TakeOwner(input);
    const int64_t begin = input.TakeOffset();
    host.StoreChunk(owner,
                    {.begin = begin,
                     .end = std::min(kOffsetMax, begin + input.TakeOffset())});
  }
  host.Boot();
  for (int wakes = 0; wakes < kWakesMax; ++wakes) {
    const TimeMs wake = host.engine().NextWake();
    if (host.is_syncing) {
      host.is_syncing = false;
      host.directory.Sync();
      host.Tell(JournalSynced{});
    } else if (wake != kNever) {
      host.now = wake;
      host.Tell(TimePassed{});
    }
  }
}

}  // namespace
}  // namespace background_fetch

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  background_fetch::Run(background_fetch::FuzzInput(data, size));
  return 0;
}
