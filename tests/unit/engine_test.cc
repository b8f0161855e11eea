#include "engine/engine.h"

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/limits.h"
#include "gtest/gtest.h"
#include "ranges/http_range.h"
#include "tests/unit/engine_world.h"

namespace background_fetch {
namespace {

constexpr int64_t kMiB = int64_t{1024} * 1024;

// The head of a file that may be asked for in parts.
HeaderList SplittableFile(int64_t length, const std::string& etag = "\"v1\"") {
  return {{"accept-ranges", "bytes"},
          {"content-length", std::to_string(length)},
          {"etag", etag}};
}

HeaderList Part(int64_t begin, int64_t end, int64_t length,
                const std::string& etag = "\"v1\"") {
  return {{"content-range", "bytes " + std::to_string(begin) + "-" +
                                std::to_string(end - 1) + "/" +
                                std::to_string(length)},
          {"content-length", std::to_string(end - begin)},
          {"etag", etag}};
}

// The end of "bytes=first-last".
int64_t EndOf(const std::string& range) {
  return std::atoll(range.substr(range.find('-') + 1).c_str()) + 1;
}

// Asks for the first part of a file of 4 MiB, while the plain answer waits.
struct FirstPart {
  explicit FirstPart(EngineWorld& world, int64_t download_total = 0) {
    world.Register("film", {"https://host/file"}, download_total);
    plain = world.TakeStart();
    world.Head(plain.request, 200, SplittableFile(4 * kMiB));
    first = world.TakeStart();
  }
  StartRequest plain;
  StartRequest first;
};

// That one is as asked: two parts are under way.
struct TwoParts : FirstPart {
  explicit TwoParts(EngineWorld& world, int64_t download_total = 0)
      : FirstPart(world, download_total) {
    world.Head(first.request, 206, Part(0, kMiB, 4 * kMiB));
    first_read = world.TakeRead();
    second = world.TakeStart();
  }
  ReadBody first_read;
  StartRequest second;
};

// Makes the journal compact itself at its next sync.
void OutgrowSnapshot(EngineWorld& world) {
  world.Register("large",
                 {"https://host/" + std::string(size_t{100} * 1024, 'x')});
  world.WakeUntil(world.now + kLazySyncMs);
}

// --- Registering -------------------------------------------------------------

TEST(Engine, FetchIsAnsweredOnlyOnceItsEntriesAreDurable) {
  EngineWorld world;
  world.answers_storage = false;
  world.Register("film", {"https://host/file"});
  EXPECT_EQ(world.syncs, 1);
  EXPECT_TRUE(world.registered.empty());
  EXPECT_TRUE(world.started.empty());
  EXPECT_EQ(world.engine().ActiveUid("film"), "");

  world.Tell(JournalSynced{});
  ASSERT_EQ(world.registered.size(), 1u);
  EXPECT_EQ(world.registered[0].uid, "uid-film");
  EXPECT_EQ(world.engine().ActiveUid("film"), "uid-film");
  EXPECT_EQ(world.started.size(), 1u);
}

TEST(Engine, EmptyIdIsRejected) {
  EngineWorld world;
  world.Register("", {"https://host/file"});
  ASSERT_EQ(world.rejected.size(), 1u);
  EXPECT_EQ(world.rejected[0].error, ErrorCode::kEmptyId);
}

TEST(Engine, NoRequestsAreRejected) {
  EngineWorld world;
  world.Register("film", {});
  ASSERT_EQ(world.rejected.size(), 1u);
  EXPECT_EQ(world.rejected[0].error, ErrorCode::kNoRequests);
}

TEST(Engine, AnIdIsRefusedBeforeTheBodiesOfItsFetchAreRead) {
  EngineWorld world;
  EXPECT_EQ(world.engine().CheckId(""), ErrorCode::kEmptyId);
  EXPECT_EQ(world.engine().CheckId("film"), ErrorCode::kOk);
  world.Register("film", {"https://host/file"});
  EXPECT_EQ(world.engine().CheckId("film"), ErrorCode::kIdActive);
  EXPECT_EQ(world.engine().CheckId("song"), ErrorCode::kOk);
}

TEST(Engine, ActiveIdIsRejectedAndTheFirstFetchGoesOn) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  world.Register("film", {"https://host/other"});
  ASSERT_EQ(world.rejected.size(), 1u);
  EXPECT_EQ(world.rejected[0].error, ErrorCode::kIdActive);
  EXPECT_EQ(world.engine().ActiveIds().size(), 1u);
}

TEST(Engine, MoreRecordsThanTheLimitAreRejected) {
  EngineWorld world;
  world.Register("map", std::vector<std::string>(
                            static_cast<size_t>(kRecordsMax) + 1, "u"));
  ASSERT_EQ(world.rejected.size(), 1u);
  EXPECT_EQ(world.rejected[0].error, ErrorCode::kTooLarge);
}

TEST(Engine, FailedSyncRejectsTheFetchAndForgetsIt) {
  EngineWorld world;
  world.answers_storage = false;
  world.Register("film", {"https://host/file"});
  world.Tell(JournalSyncFailed{.is_quota = true});
  ASSERT_EQ(world.rejected.size(), 1u);
  EXPECT_EQ(world.rejected[0].error, ErrorCode::kQuota);

  // What was appended may yet become durable; it must not come back.
  world.answers_storage = true;
  world.WakeUntil(world.now + kSyncRetryMs);
  world.Crash();
  EXPECT_TRUE(world.engine().ActiveIds().empty());
}

// --- The plain way -----------------------------------------------------------

TEST(Engine, FirstRequestIsPlain) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  const StartRequest start = world.TakeStart();
  EXPECT_EQ(start.range, "");
  EXPECT_EQ(start.if_range, "");
  EXPECT_EQ(start.cache, "");
  EXPECT_EQ(start.info.url, "https://host/file");
}

TEST(Engine, SmallSetEndsInOneSuccessEvent) {
  EngineWorld world;
  world.Register("set", {"https://host/a", "https://host/b"});
  world.Serve(world.TakeStart(), 10);
  EXPECT_EQ(world.Of("set").answers, 2u);
  world.Serve(world.TakeStart(), 20);

  const Snapshot told = world.Of("set");
  EXPECT_EQ(told.result, FetchResult::kSuccess);
  EXPECT_EQ(told.failure_reason, FailureReason::kNone);
  EXPECT_EQ(told.downloaded, 30);
  EXPECT_FALSE(told.is_active);
  EXPECT_TRUE(told.records_available);
  EXPECT_TRUE(world.announced.back().must_be_heard);

  // The event waits until pages have heard.
  EXPECT_TRUE(world.delivered.empty());
  world.Tell(Announced{.sequence = world.announced.back().sequence});
  ASSERT_EQ(world.delivered.size(), 1u);
  EXPECT_EQ(world.delivered[0].uid, "uid-set");
  EXPECT_EQ(world.delivered[0].kind, Deliver::Kind::kSuccess);
}

TEST(Engine, SilentPagesDelayTheEventByTheirDeadlineOnly) {
  EngineWorld world;
  world.Register("set", {"https://host/a"});
  world.Serve(world.TakeStart(), 10);
  world.WakeUntil(world.now + kHeardTimeoutMs - 1);
  EXPECT_TRUE(world.delivered.empty());
  world.WakeUntil(world.now + 1);
  EXPECT_EQ(world.delivered.size(), 1u);
}

TEST(Engine, RecordsLingerAfterTheEventAndAreThenDeleted) {
  EngineWorld world;
  world.Register("set", {"https://host/a"});
  world.Serve(world.TakeStart(), 10);
  world.WakeUntil(world.now + kHeardTimeoutMs);
  world.Tell(EventDelivered{.uid = "uid-set"});
  EXPECT_FALSE(world.Of("set").records_available);
  EXPECT_FALSE(world.engine().IsWorking());
  EXPECT_TRUE(world.deleted_fetches.empty());
  EXPECT_FALSE(world.engine().IsEmpty());

  world.WakeUntil(world.now + kDropDelayMs);
  EXPECT_EQ(world.deleted_fetches, std::vector<std::string>{"uid-set"});
  EXPECT_FALSE(world.engine().SnapshotOf("uid-set").has_value());
  world.WakeUntil(world.now + kLazySyncMs);
  world.Crash();
  EXPECT_EQ(world.deleted_fetches.size(), 1u);
}

TEST(Engine, RecordsStayAWhileForHandlersThatDidNotHoldTheEvent) {
  EngineWorld world;
  world.Register("set", {"https://host/a"});
  world.Serve(world.TakeStart(), 10);
  world.WakeUntil(world.now + kHeardTimeoutMs);
  world.Tell(EventDelivered{.uid = "uid-set", .was_held = false});
  world.WakeUntil(world.now + kUnheldReadersMs - 1);
  EXPECT_TRUE(world.Of("set").records_available);
  EXPECT_TRUE(world.engine().IsWorking());
  const int64_t sequence = world.engine().sequence();
  world.WakeUntil(world.now + 1);
  EXPECT_FALSE(world.Of("set").records_available);
  EXPECT_EQ(world.engine().ChangesSince(sequence).size(), 1u);

  world.WakeUntil(world.now + kDropDelayMs);
  EXPECT_EQ(world.deleted_fetches, std::vector<std::string>{"uid-set"});
}

TEST(Engine, AnEventThatWasNotHeldIsNotDeliveredAgain) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  world.Serve(world.TakeStart(), 10);
  world.WakeUntil(world.now + kHeardTimeoutMs);
  world.Tell(EventDelivered{.uid = "uid-film", .was_held = false});
  world.Crash();
  world.WakeUntil(world.now + kDropDelayMs);
  EXPECT_TRUE(world.delivered.empty());
  EXPECT_EQ(world.deleted_fetches, std::vector<std::string>{"uid-film"});
}

TEST(Engine, IdIsFreeAgainWhileTheEventRuns) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  world.Serve(world.TakeStart(), 10);
  world.WakeUntil(world.now + kHeardTimeoutMs);
  EXPECT_EQ(world.engine().ActiveUid("film"), "");
  world.Register("film", {"https://host/file"});
  EXPECT_TRUE(world.rejected.empty());
  EXPECT_EQ(world.registered.size(), 2u);
}

constexpr size_t kPerOrigin = kConnectionsPerOriginMax;

// How many of the requests that wait to be taken are that fetch's.
int64_t StartsOf(const EngineWorld& world, const std::string& uid) {
  return std::count_if(
      world.started.begin(), world.started.end(),
      [&](const StartRequest& each) { return each.owner.uid == uid; });
}

int64_t PlainStarts(const EngineWorld& world) {
  return std::count_if(
      world.started.begin(), world.started.end(),
      [](const StartRequest& each) { return each.range.empty(); });
}

TEST(Engine, ConnectionsOfAnOriginAreLimited) {
  EngineWorld world;
  world.Register("set", std::vector<std::string>(20, "https://host/a"));
  EXPECT_EQ(world.started.size(), kPerOrigin);
  world.Register("more", {"https://host/b"});
  EXPECT_EQ(world.started.size(), kPerOrigin);
  world.Serve(world.TakeStart(), 10);
  EXPECT_EQ(world.started.size(), kPerOrigin);
}

TEST(Engine, ReceivedBodyLeavesItsConnectionAndIsNotAskedForAgain) {
  EngineWorld world;
  world.Register("set", std::vector<std::string>(20, "https://host/a"));
  const ReadBody read = world.Receive(world.TakeStart(), 100'000);
  ASSERT_EQ(world.started.size(), kPerOrigin);
  EXPECT_EQ(world.started.back().owner.record, kPerOrigin);
  world.Store(read, {.begin = 0, .end = 100'000});
  world.Tell(BodyEnded{.request = read.request});
  EXPECT_EQ(world.started.size(), kPerOrigin);
  EXPECT_EQ(world.Of("set").downloaded, 100'000);
}

TEST(Engine, ReceivedBodyThatTheStoreRefusesIsAskedForAgain) {
  EngineWorld world;
  world.Register("one", {"https://host/a"});
  const ReadBody read = world.Receive(world.TakeStart(), 10);
  world.Tell(StorageFailed{.request = read.request});
  world.WakeUntilAsked(world.now + kRetryDelayMaxMs);
  EXPECT_EQ(world.TakeStart().owner.record, 0u);
}

TEST(Engine, BodiesThatWaitForTheStoreAreBounded) {
  EngineWorld world;
  world.Register("set", std::vector<std::string>(100, "https://host/a"));
  int64_t waiting = 0;
  while (!world.started.empty()) {
    (void)world.Receive(world.TakeStart(), kMiB);
    waiting += kMiB;
  }
  EXPECT_EQ(waiting, kReceivedBytesMax + kConnectionsPerOriginMax * kMiB);
}

TEST(Engine, RecordsThatWaitForTheStoreAreBounded) {
  EngineWorld world;
  world.Register("set", std::vector<std::string>(1000, "https://host/a"));
  int32_t waiting = 0;
  for (; !world.started.empty(); ++waiting) {
    (void)world.Receive(world.TakeStart(), 10);
  }
  EXPECT_EQ(waiting, kOpenRecordsMax);
}

TEST(Engine, SmallBodiesTakeMoreConnectionsUntilALargeOneComes) {
  constexpr int64_t kSmall = kSpeedSampleBytesMin - 1;
  EngineWorld world;
  world.Register("set", std::vector<std::string>(40, "https://host/a"));
  for (size_t i = 1; i < kPerOrigin; ++i) {
    (void)world.Receive(world.TakeStart(), kSmall);
    ASSERT_EQ(world.started.size(), kPerOrigin);
  }
  (void)world.Receive(world.TakeStart(), kSmall);
  EXPECT_EQ(world.started.size(), static_cast<size_t>(kConnectionsForSmallMax));
  // Not what nobody has seen yet.
  world.Register("other", {"https://host/b"});
  EXPECT_EQ(StartsOf(world, "uid-other"), 0);
  (void)world.Receive(world.TakeStart(), kSmall + 1);
  EXPECT_EQ(world.started.size(),
            static_cast<size_t>(kConnectionsForSmallMax) - 1);
  (void)world.Receive(world.TakeStart(), kSmall + 1);
  EXPECT_EQ(world.started.size(), kPerOrigin);
  EXPECT_EQ(StartsOf(world, "uid-other"), 0);
  (void)world.Receive(world.TakeStart(), kSmall + 1);
  EXPECT_EQ(StartsOf(world, "uid-other"), 1);
}

TEST(Engine, ConnectionsOfAllOriginsAreLimited) {
  EngineWorld world;
  for (const char* host : {"a", "b", "c", "d"}) {
    world.Register(host, std::vector<std::string>(
                             3, "https://" + std::string(host) + "/file"));
  }
  EXPECT_EQ(world.started.size(), static_cast<size_t>(kConnectionsMax));
}

TEST(Engine, OriginThatDoesNotAnswerDoesNotHoldUpAnother) {
  EngineWorld world;
  world.Register("dead", std::vector<std::string>(20, "https://dead/file"));
  world.started.clear();
  world.Register("set", std::vector<std::string>(20, "https://host:8080/file"));
  EXPECT_EQ(StartsOf(world, "uid-set"), kConnectionsPerOriginMax);
}

TEST(Engine, AnotherPortIsAnotherOriginAndAnotherPathIsNot) {
  EngineWorld world;
  world.Register("set", std::vector<std::string>(20, "https://host/file"));
  world.Register("path", {"https://host/other"});
  EXPECT_EQ(world.started.size(), kPerOrigin);
  world.Register("port", {"https://host:8080/file"});
  EXPECT_EQ(world.started.size(), kPerOrigin + 1);
}

TEST(Engine, FetchWithTheFewestConnectionsIsNext) {
  EngineWorld world;
  world.Register("one", std::vector<std::string>(20, "https://host/one"));
  world.Register("two", std::vector<std::string>(20, "https://host/two"));
  ASSERT_EQ(StartsOf(world, "uid-one"), kConnectionsPerOriginMax);
  // As they become free, until both have as many.
  world.Serve(world.TakeStart(), 10);
  EXPECT_EQ(StartsOf(world, "uid-two"), 1);
  world.Serve(world.TakeStart(), 10);
  EXPECT_EQ(StartsOf(world, "uid-two"), kConnectionsPerOriginMax / 2);
  // The one that is quick keeps its share, however slow the other is.
  for (int i = 0; i < 5; ++i) {
    while (world.started.front().owner.uid == "uid-one") {
      world.started.push_back(world.TakeStart());
    }
    world.Serve(world.TakeStart(), 10);
    EXPECT_EQ(StartsOf(world, "uid-two"), kConnectionsPerOriginMax / 2);
  }
}

TEST(Engine, FetchWithoutAnyConnectionIsNextWhoeverWasServedLast) {
  EngineWorld world;
  world.Register("busy", std::vector<std::string>(4, "https://host/busy"));
  world.Register("one", std::vector<std::string>(20, "https://host/one"));
  world.Register("two", std::vector<std::string>(20, "https://host/two"));
  world.Serve(world.TakeStart(), 10);
  ASSERT_EQ(world.started.back().owner.uid, "uid-one");
  world.Serve(world.TakeStart(), 10);
  const StartRequest two = world.started.back();
  ASSERT_EQ(two.owner.uid, "uid-two");
  world.started.pop_back();
  world.Serve(two, 10);
  EXPECT_EQ(world.started.back().owner.uid, "uid-two");
}

TEST(Engine, FetchesWithAsManyConnectionsTakeTurns) {
  EngineWorld world;
  world.Register("busy", std::vector<std::string>(3, "https://host/a"));
  world.Register("one", std::vector<std::string>(20, "https://host/one"));
  world.Register("two", std::vector<std::string>(20, "https://host/two"));
  const StartRequest one = world.started.back();
  ASSERT_EQ(one.owner.uid, "uid-one");
  world.started.pop_back();
  world.Serve(one, 10);
  EXPECT_EQ(world.started.back().owner.uid, "uid-two");
}

TEST(Engine, LargeRecordLeavesConnectionsForSmallOnes) {
  EngineWorld world;
  std::vector<std::string> urls(20, "https://host/small");
  urls.front() = "https://host/large";
  world.Register("set", urls);
  const StartRequest large = world.TakeStart();
  world.Head(large.request, 200, SplittableFile(100 * kMiB));
  const StartRequest part = world.started.back();
  world.started.pop_back();
  world.Head(part.request, 206, Part(0, kMiB, 100 * kMiB));
  for (int i = 0; i < 5; ++i) {
    while (!world.started.front().range.empty()) {
      world.started.push_back(world.TakeStart());
    }
    world.Serve(world.TakeStart(), 10);
    // The first part is being read.
    EXPECT_EQ(PlainStarts(world),
              kConnectionsPerOriginMax - kConnectionsPerRecordMin);
    EXPECT_EQ(world.started.size() + 1, kPerOrigin);
  }
}

TEST(Engine, ManyLargeRecordsDoNotHoldUpTheSmallOnesBehindThem) {
  EngineWorld world;
  std::vector<std::string> urls(20, "https://host/small");
  const int32_t large = kConnectionsPerOriginMax - 1;
  for (int32_t i = 0; i < large; ++i) urls[i] = "https://host/large";
  world.Register("set", urls);
  // The large ones have all that they can use.
  for (int32_t i = 0; i < large; ++i) {
    world.Head(world.TakeStart().request, 200, SplittableFile(100 * kMiB));
  }
  std::deque<StartRequest> open = std::exchange(world.started, {});
  for (int i = 0; i < 5; ++i) {
    const auto small = std::find_if(
        open.begin(), open.end(),
        [](const StartRequest& each) { return each.range.empty(); });
    ASSERT_NE(small, open.end()) << i;
    const StartRequest taken = *small;
    open.erase(small);
    world.Serve(taken, 10);
    while (!world.started.empty()) open.push_back(world.TakeStart());
    // And those go on beside them.
    EXPECT_EQ(open.size(), kPerOrigin);
  }
}

TEST(Engine, FewLargeRecordsAreHalfDoneAtATime) {
  EngineWorld world;
  world.Register("films", std::vector<std::string>(20, "https://host/film"));
  std::set<uint32_t> begun;
  while (!world.started.empty()) {
    const StartRequest start = world.TakeStart();
    begun.insert(start.owner.record);
    if (!start.range.empty()) continue;  // answered never
    world.Head(start.request, 200, SplittableFile(100 * kMiB));
  }
  EXPECT_EQ(begun.size(), static_cast<size_t>(kEarlyRecordsMax));
}

struct Served {
  size_t connections = 0;  // the most at once
  int64_t part_bytes = 0;  // of the last round
};

// A large record alone, where each connection brings 1 MiB a second, however
// many there are.
Served ServeLargeRecord(EngineWorld& world) {
  Served served;
  world.Register("film", {"https://host/film"});
  world.Head(world.TakeStart().request, 200, SplittableFile(100 * kMiB));
  std::deque<StartRequest> open = {world.TakeStart()};
  for (int round = 0; round < 12; ++round) {
    std::deque<StartRequest> now = std::exchange(open, {});
    std::vector<ReadBody> reads;
    for (const StartRequest& each : now) {
      const int64_t begin = std::atoll(each.range.c_str() + 6);
      world.Head(each.request, 206, Part(begin, EndOf(each.range), 100 * kMiB));
      reads.push_back(world.TakeRead());
      while (!world.started.empty()) open.push_back(world.TakeStart());
    }
    int64_t bytes = 0;
    for (const ReadBody& read : reads) {
      bytes = std::max(bytes, *read.plan.end - read.plan.begin);
    }
    world.now += bytes * 1000 / kMiB;
    for (const ReadBody& read : reads) {
      world.Store(read, {.begin = read.plan.begin, .end = *read.plan.end});
      world.Tell(BodyEnded{.request = read.request});
      while (!world.started.empty()) open.push_back(world.TakeStart());
    }
    served.connections = std::max(served.connections, open.size());
    served.part_bytes = bytes;
  }
  return served;
}

TEST(Engine, LargeRecordAloneGetsMoreConnectionsWhereTheyAreWorthIt) {
  EngineWorld world;
  EXPECT_EQ(ServeLargeRecord(world).connections,
            static_cast<size_t>(kConnectionsPerRecordMax));
}

TEST(Engine, NoMoreConnectionsAreTriedThanAreSet) {
  EngineWorld world;
  world.engine().Set(Setting::kConnections, 3);
  const Served served = ServeLargeRecord(world);
  EXPECT_EQ(served.connections, 3U);
  // Three have been found worth it: parts are about a second's worth again, and
  // not half of that, as in a trial.
  EXPECT_GT(served.part_bytes, kMiB * 3 / 4);
}

// --- Failures ----------------------------------------------------------------

TEST(Engine, BadStatusKeepsTheHeadAndLetsOthersGoOn) {
  EngineWorld world;
  world.Register("set", {"https://host/a", "https://host/b"});
  const StartRequest missing = world.TakeStart();
  world.Head(missing.request, 404, {{"content-length", "9"}});
  const ReadBody read = world.TakeRead();
  EXPECT_EQ(read.plan.mode, BodyPlan::Mode::kNone);
  ASSERT_TRUE(read.head.has_value());
  EXPECT_EQ(read.head->status, 404);
  EXPECT_TRUE(read.is_own_head);
  world.Store(read, {.begin = 0, .end = 0});
  world.Tell(BodyEnded{.request = missing.request});
  EXPECT_EQ(world.Of("set").result, FetchResult::kNone);

  world.Serve(world.TakeStart(), 20);
  EXPECT_EQ(world.Of("set").result, FetchResult::kFailure);
  EXPECT_EQ(world.Of("set").failure_reason, FailureReason::kBadStatus);
  EXPECT_EQ(world.Of("set").downloaded, 20);
  EXPECT_EQ(world.engine().RecordStateOf("uid-set", 0).kind,
            RecordState::Kind::kBadStatus);
  EXPECT_EQ(world.engine().RecordStateOf("uid-set", 1).kind,
            RecordState::Kind::kComplete);
  world.WakeUntil(world.now + kHeardTimeoutMs);
  EXPECT_EQ(world.delivered.at(0).kind, Deliver::Kind::kFail);
}

TEST(Engine, OneByteOverTheTotalFailsTheGroupAtOnce) {
  EngineWorld world;
  world.Register("set", {"https://host/a", "https://host/b", "https://host/c"},
                 /*download_total=*/29);
  world.Serve(world.TakeStart(), 10);
  const StartRequest over = world.TakeStart();
  world.Head(over.request, 200, {{"content-length", "20"}});
  world.Store(world.TakeRead(), {.begin = 0, .end = 20});

  EXPECT_EQ(world.Of("set").failure_reason,
            FailureReason::kDownloadTotalExceeded);
  // Finished records stay readable and counted; nothing else does.
  EXPECT_EQ(world.Of("set").downloaded, 10);
  EXPECT_EQ(world.engine().RecordStateOf("uid-set", 0).kind,
            RecordState::Kind::kComplete);
  EXPECT_EQ(world.engine().RecordStateOf("uid-set", 1).kind,
            RecordState::Kind::kFailed);
  EXPECT_EQ(world.cancelled.size(), 2u);
}

TEST(Engine, TotalHoldsWithSeveralPartsUnderWay) {
  EngineWorld world;
  TwoParts parts(world, /*download_total=*/2 * kMiB - 1);
  world.Head(parts.second.request, 206, Part(kMiB, 2 * kMiB, 4 * kMiB));
  const ReadBody second = world.TakeRead();
  world.answers_cancels = false;
  world.Store(second, {.begin = kMiB, .end = 2 * kMiB});
  EXPECT_EQ(world.Of("film").downloaded, kMiB);
  world.Store(parts.first_read, {.begin = 0, .end = kMiB});
  EXPECT_EQ(world.Of("film").failure_reason,
            FailureReason::kDownloadTotalExceeded);
  EXPECT_EQ(world.Of("film").downloaded, 0);
  EXPECT_TRUE(world.started.empty());
  // What was already on its way changes nothing any more.
  world.Store(second, {.begin = 0, .end = kMiB - 1});
  EXPECT_EQ(world.Of("film").downloaded, 0);
}

TEST(Engine, ExactTotalIsNoFailure) {
  EngineWorld world;
  world.Register("set", {"https://host/a"}, /*download_total=*/10);
  world.Serve(world.TakeStart(), 10);
  EXPECT_EQ(world.Of("set").result, FetchResult::kSuccess);
}

TEST(Engine, FullStoreFailsTheRecordWithQuotaExceeded) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  const StartRequest start = world.TakeStart();
  world.Head(start.request, 200, {{"content-length", "10"}});
  world.Tell(StorageFailed{.request = start.request, .is_quota = true});
  EXPECT_EQ(world.Of("film").failure_reason, FailureReason::kQuotaExceeded);
}

TEST(Engine, RefusedRequestIsTriedAgainAndThenFails) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  for (int i = 0; i < kRetriesUnansweredMax; ++i) {
    world.Tell(RequestFailed{.request = world.TakeStart().request});
    EXPECT_TRUE(world.started.empty());  // not without a pause
    world.WakeUntilAsked(world.now + kRetryDelayMaxMs);
    ASSERT_EQ(world.started.size(), 1u);
  }
  world.Tell(RequestFailed{.request = world.TakeStart().request});
  EXPECT_EQ(world.Of("film").failure_reason, FailureReason::kFetchError);
}

TEST(Engine, OwnServerThatIsDownIsWaitedFor) {
  EngineWorld world;
  world.Register("film", {"https://app/file"});
  for (int i = 0; i < kRetriesUnansweredMax; ++i) {
    world.Tell(RequestFailed{.request = world.TakeStart().request});
    world.WakeUntilAsked(world.now + kRetryDelayMaxMs);
  }
  world.Tell(RequestFailed{.request = world.TakeStart().request});
  EXPECT_EQ(world.Of("film").result, FetchResult::kNone);
  world.WakeUntilAsked(world.now + kRetryDelayMaxMs);
  world.Serve(world.TakeStart(), 10);
  EXPECT_EQ(world.Of("film").result, FetchResult::kSuccess);
}

TEST(Engine, OtherServerThatAnsweredBeforeACrashIsWaitedForAfterIt) {
  EngineWorld world;
  TwoParts parts(world);
  world.Store(parts.first_read, {.begin = 0, .end = kMiB});
  world.Crash();
  for (int i = 0; i <= 2 * kRetriesUnansweredMax; ++i) {
    world.WakeUntilAsked(world.now + kRetryDelayMaxMs);
    ASSERT_FALSE(world.started.empty());
    EXPECT_NE(world.started.front().range, "");
    world.Tell(RequestFailed{.request = world.TakeStart().request});
  }
  EXPECT_EQ(world.Of("film").downloaded, kMiB);
}

TEST(Engine, HostThatOnlyBeginsLikeOursIsAnotherOrigin) {
  EngineWorld world;
  world.Register("film", {"https://app.example/file"});
  for (int i = 0; i <= kRetriesUnansweredMax; ++i) {
    world.Tell(RequestFailed{.request = world.TakeStart().request});
    world.WakeUntilAsked(world.now + kRetryDelayMaxMs);
    if (i < kRetriesUnansweredMax) {
      ASSERT_EQ(world.started.size(), 1u);
    }
  }
  EXPECT_EQ(world.Of("film").failure_reason, FailureReason::kFetchError);
}

// Up to so many plain answers that promise more than they bring; `end` is told
// the request.
template <typename End>
void ServeTooLittle(EngineWorld& world, int32_t times, End end) {
  for (int32_t i = 0; i < times; ++i) {
    world.WakeUntilAsked(world.now + kRetryDelayMaxMs);
    ASSERT_EQ(world.started.size(), 1u);
    const RequestId request = world.TakeStart().request;
    world.Head(request, 200, {{"content-length", "1000"}});
    world.Store(world.TakeRead(), {.begin = 0, .end = 400});
    end(request);
  }
}

TEST(Engine, LengthThatAlwaysPromisesMoreFailsWithinMinutes) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  const TimeMs began_at = world.now;
  ServeTooLittle(world, kSameEndsMax - 1, [&](RequestId request) {
    world.Tell(RequestFailed{.request = request});
  });
  ASSERT_EQ(world.Of("film").result, FetchResult::kNone);
  // Some engines call it an end.
  ServeTooLittle(world, 1, [&](RequestId request) {
    world.Tell(BodyEnded{.request = request});
  });
  EXPECT_EQ(world.Of("film").failure_reason, FailureReason::kFetchError);
  EXPECT_LE(world.now - began_at, TimeMs{3} * 60 * 1000);
}

TEST(Engine, StoreThatFailsAfterTheSameByteIsTriedOnAndOn) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  ServeTooLittle(world, kSameEndsMax, [&](RequestId request) {
    world.Tell(StorageFailed{.request = request, .is_quota = false});
  });
  EXPECT_EQ(world.Of("film").result, FetchResult::kNone);
}

TEST(Engine, AnswerThatStallsAfterTheSameByteIsTriedOnAndOn) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  ServeTooLittle(world, kSameEndsMax, [&](RequestId) {
    world.now += kStallMaxMs;
    world.Tell(TimePassed{});
  });
  EXPECT_EQ(world.Of("film").result, FetchResult::kNone);
}

TEST(Engine, NothingIsAskedWhileOfflineAndEverythingAtOnceAfter) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  world.Tell(OnlineChanged{.is_online = false});
  world.Tell(RequestFailed{.request = world.TakeStart().request});
  world.WakeUntil(world.now + 10 * kRetryDelayMaxMs);
  EXPECT_TRUE(world.started.empty());
  world.Tell(OnlineChanged{.is_online = true});
  EXPECT_EQ(world.started.size(), 1u);
}

TEST(Engine, StalledRequestIsCutOffAndAskedAgain) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  const StartRequest start = world.TakeStart();
  world.WakeUntil(world.now + kStallMinMs);
  EXPECT_EQ(world.cancelled, std::vector<RequestId>{start.request});
  world.WakeUntilAsked(world.now + kRetryDelayMaxMs);
  EXPECT_EQ(world.started.size(), 1u);
}

TEST(Engine, TotalThatTheStoreHasNoRoomForIsRejected) {
  EngineWorld world;
  const auto tell = [&world](const char* id, int64_t room_bytes,
                             int64_t total = 100) {
    FetchOptions options = WithId(id);
    options.download_total = total;
    world.RegisterWith(options, {Get("https://host/a")}, room_bytes);
  };
  tell("too-large", 99);
  ASSERT_EQ(world.rejected.size(), 1u);
  EXPECT_EQ(world.rejected[0].error, ErrorCode::kQuota);
  EXPECT_TRUE(world.started.empty());
  tell("just-right", 100);
  EXPECT_EQ(world.rejected.size(), 1u);
  EXPECT_EQ(world.started.size(), 1u);
  tell("not-meant", 99, kOffsetMax);
  EXPECT_EQ(world.rejected.size(), 1u);
  EXPECT_EQ(world.started.size(), 2u);
}

TEST(Engine, PostIsSentOnlyAfterTheJournalSaysSo) {
  EngineWorld world;
  world.answers_storage = false;
  world.RegisterWith(WithId("post"), {Post("https://host/up", 5)});
  world.Tell(JournalSynced{});
  EXPECT_TRUE(world.started.empty());
  world.Tell(JournalSynced{});
  EXPECT_EQ(world.started.size(), 1u);
}

TEST(Engine, PostThatWaitsForASlowJournalIsNotStalled) {
  EngineWorld world;
  world.answers_storage = false;
  world.RegisterWith(WithId("up"), {Post("https://host/up")});
  world.directory.Sync();
  world.Tell(JournalSynced{});
  ASSERT_TRUE(world.started.empty());

  world.now += kStallMaxMs;
  world.Tell(TimePassed{});
  EXPECT_GT(world.engine().NextWake(), world.now);
  world.Tell(JournalSynced{});
  EXPECT_EQ(world.started.size(), 1u);
  EXPECT_TRUE(world.cancelled.empty());
}

TEST(Engine, PostThatMayHaveLeftIsNotRepeatedAfterACrash) {
  EngineWorld world;
  world.RegisterWith(WithId("post"), {Post("https://host/up")});
  EXPECT_EQ(world.started.size(), 1u);
  world.Crash();
  EXPECT_TRUE(world.started.empty());
  EXPECT_EQ(world.Of("post").failure_reason, FailureReason::kFetchError);
}

// --- Parts -------------------------------------------------------------------

TEST(Engine, StoredRecordsThatTheFetchDoesNotHaveAreDeletedAlone) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  Engine next(world.directory, /*seed=*/7, "https://app");
  const ChunkOwner stray = {.uid = "uid-film", .record = 1};
  next.RecoverHead(stray, {.status = 200, .headers = {}});
  next.RecoverChunk(stray, {.begin = 0, .end = 4});
  next.Start(/*is_online=*/true, world.now);
  int deleted = 0;
  for (const Command& command : next.TakeCommands()) {
    EXPECT_FALSE(std::holds_alternative<DeleteFetch>(command));
    const auto* generation = std::get_if<DeleteGeneration>(&command);
    if (generation == nullptr) continue;
    EXPECT_EQ(generation->owner, stray);
    ++deleted;
  }
  EXPECT_EQ(deleted, 1);
}

TEST(Engine, PlainAnswerIsLeftUnreadUntilTheFirstPartIsAnswered) {
  EngineWorld world;
  FirstPart part(world);
  EXPECT_EQ(part.first.range, "bytes=0-1048575");
  EXPECT_TRUE(world.started.empty());
  EXPECT_TRUE(world.cancelled.empty());
  EXPECT_TRUE(world.reads.empty());
  world.Head(part.first.request, 206, Part(0, kMiB, 4 * kMiB));
  EXPECT_EQ(world.cancelled, std::vector<RequestId>{part.plain.request});
  EXPECT_EQ(world.TakeRead().request, part.first.request);
}

// One-time URLs, and servers that allow one connection.
TEST(Engine, PlainAnswerIsReadWhenTheFirstPartIsRefused) {
  EngineWorld world;
  FirstPart part(world);
  world.Head(part.first.request, 403, {});
  EXPECT_EQ(world.cancelled, std::vector<RequestId>{part.first.request});
  EXPECT_TRUE(world.started.empty());
  EXPECT_TRUE(world.deleted_generations.empty());
  const ReadBody read = world.TakeRead();
  EXPECT_EQ(read.request, part.plain.request);
  EXPECT_EQ(read.plan.mode, BodyPlan::Mode::kStream);
  ASSERT_TRUE(read.head.has_value());
  EXPECT_EQ(read.head->status, 200);
  EXPECT_TRUE(read.is_own_head);
  world.Store(read, {.begin = 0, .end = 4 * kMiB});
  world.Tell(BodyEnded{.request = read.request});
  EXPECT_EQ(world.Of("film").result, FetchResult::kSuccess);
}

TEST(Engine, WaitThatTheFirstPartWasToldHoldsWhenThePlainAnswerBreaks) {
  EngineWorld world;
  FirstPart part(world);
  world.Head(part.first.request, 429, {{"retry-after", "60"}});
  const ReadBody read = world.TakeRead();
  world.Store(read, {.begin = 0, .end = kMiB});
  world.Tell(RequestFailed{.request = read.request});
  EXPECT_TRUE(world.started.empty());
  world.WakeUntil(world.now + 60'000);
  EXPECT_FALSE(world.started.empty());
}

TEST(Engine, PlainAnswerIsReadWhenTheFirstPartFails) {
  EngineWorld world;
  FirstPart part(world);
  world.Tell(RequestFailed{.request = part.first.request});
  EXPECT_EQ(world.TakeRead().request, part.plain.request);
  EXPECT_TRUE(world.started.empty());
}

// Some servers answer a client's requests one after the other.
TEST(Engine, PlainAnswerIsReadWhenTheFirstPartIsNotAnswered) {
  EngineWorld world;
  FirstPart part(world);
  EXPECT_EQ(world.engine().NextWake(), world.now + kFirstPartTimeoutMs);
  world.now += kFirstPartTimeoutMs - 1;
  world.Tell(TimePassed{});
  EXPECT_TRUE(world.reads.empty());
  world.now += 1;
  world.Tell(TimePassed{});
  EXPECT_EQ(world.TakeRead().request, part.plain.request);
  EXPECT_EQ(world.cancelled, std::vector<RequestId>{part.first.request});
  // It stalls no sooner than any other.
  EXPECT_GE(world.engine().NextWake(), world.now + kStallMinMs);
}

TEST(Engine, FirstPartIsAskedForAlthoughAllConnectionsAreTaken) {
  EngineWorld world;
  world.Register("films", std::vector<std::string>(20, "https://host/film"));
  ASSERT_EQ(world.started.size(), kPerOrigin);
  for (size_t i = 0; i < kPerOrigin; ++i) {
    const StartRequest plain = world.TakeStart();
    world.Head(plain.request, 200, SplittableFile(4 * kMiB));
    EXPECT_EQ(world.started.back().owner.record, plain.owner.record);
    // It takes the place of the plain one; no other comes in between.
    EXPECT_EQ(world.started.size(), kPerOrigin);
  }
}

TEST(Engine, PlainAnswerThatIsLeftUnreadIsClosedByAPause) {
  EngineWorld world;
  FirstPart part(world);
  world.SetPaused("film", true);
  EXPECT_EQ(world.cancelled.size(), 2u);
  world.SetPaused("film", false);
  const StartRequest again = world.TakeStart();
  EXPECT_EQ(again.range, "");
  EXPECT_EQ(again.owner.generation, 1u);
}

TEST(Engine, LargeFileIsAskedForInTwoPartsAtOnce) {
  EngineWorld world;
  TwoParts parts(world);
  EXPECT_EQ(parts.first.range, "bytes=0-1048575");
  EXPECT_EQ(parts.second.range, "bytes=1048576-2097151");
  EXPECT_EQ(parts.first.if_range, "\"v1\"");
  EXPECT_EQ(parts.first.cache, "no-store");
  EXPECT_TRUE(world.started.empty());
}

TEST(Engine, PartsKeepTheHeadOfTheWholeAndEndInSuccess) {
  EngineWorld world;
  TwoParts parts(world);
  std::deque<StartRequest> open = {parts.first, parts.second};
  int64_t begin = 0;
  while (!open.empty()) {
    const StartRequest start = open.front();
    open.pop_front();
    const int64_t end = EndOf(start.range);
    ASSERT_EQ(start.range, FormatRange({.begin = begin, .end = end}));
    if (begin > 0) {
      world.Head(start.request, 206, Part(begin, end, 4 * kMiB));
    }
    const ReadBody read = begin > 0 ? world.TakeRead() : parts.first_read;
    EXPECT_EQ(read.plan.mode == BodyPlan::Mode::kStream, begin == 0);
    EXPECT_EQ(read.plan.begin, begin);
    EXPECT_EQ(read.plan.end, end);
    if (begin == 0) {
      // Of the plain answer, and not of the part that brings it.
      ASSERT_TRUE(read.head.has_value());
      EXPECT_EQ(read.head->status, 200);
    }
    EXPECT_FALSE(read.is_own_head);
    world.now += 1000;
    world.Store(read, {.begin = begin, .end = end});
    world.Tell(BodyEnded{.request = start.request});
    begin = end;
    while (!world.started.empty()) open.push_back(world.TakeStart());
  }
  EXPECT_EQ(begin, 4 * kMiB);
  EXPECT_EQ(world.Of("film").result, FetchResult::kSuccess);
  EXPECT_EQ(world.engine().RecordStateOf("uid-film", 0).length, 4 * kMiB);
}

TEST(Engine, RecordIsOpenFromItsStoredHeadOnAndSaysHowFarItCanBeRead) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  const StartRequest start = world.TakeStart();
  world.Head(start.request, 200, {});
  const auto state = [&] {
    return world.engine().RecordStateOf("uid-film", 0);
  };
  EXPECT_EQ(state().kind, RecordState::Kind::kPending);
  const ReadBody read = world.TakeRead();
  world.Store(read, {.begin = 0, .end = 10});
  EXPECT_EQ(state().kind, RecordState::Kind::kOpen);
  EXPECT_EQ(state().length, 10);
  EXPECT_FALSE(state().total.has_value());
  EXPECT_EQ(world.Of("film").answers, 1u);
  // Parts come in any order; what lies behind a gap cannot be read yet.
  world.Store(read, {.begin = 30, .end = 40});
  EXPECT_EQ(state().length, 10);
  world.Store(read, {.begin = 10, .end = 30});
  EXPECT_EQ(state().length, 40);
  EXPECT_EQ(world.Of("film").answers, 1u);
  world.Tell(BodyEnded{.request = start.request});
  EXPECT_EQ(state().kind, RecordState::Kind::kComplete);
  EXPECT_EQ(state().total, 40);
  EXPECT_EQ(world.Of("film").answers, 2u);
}

TEST(Engine, OpenRecordSaysHowLongItWillBeWhereItsHeadCanBeTrusted) {
  const auto total_told_by = [](const HeaderList& headers) {
    EngineWorld world;
    world.Register("film", {"https://host/file"});
    world.Head(world.TakeStart().request, 200, headers);
    world.Store(world.TakeRead(), {.begin = 0, .end = 10});
    EXPECT_EQ(world.engine().RecordStateOf("uid-film", 0).kind,
              RecordState::Kind::kOpen);
    return world.engine().RecordStateOf("uid-film", 0).total;
  };
  EXPECT_EQ(total_told_by(SplittableFile(1000)), 1000);
  EXPECT_EQ(total_told_by({}), std::nullopt);
  // The length before decoding.
  EXPECT_EQ(
      total_told_by({{"content-length", "1000"}, {"content-encoding", "gzip"}}),
      std::nullopt);
}

TEST(Engine, RecordThatStartsOverIsPendingUntilItsNextHeadIsStored) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  StartRequest start = world.TakeStart();
  world.Head(start.request, 200, {});
  world.Store(world.TakeRead(), {.begin = 0, .end = 10});
  // Without a validator nothing can be joined to what is stored.
  world.Tell(RequestFailed{.request = start.request});
  const auto state = [&] {
    return world.engine().RecordStateOf("uid-film", 0);
  };
  EXPECT_EQ(state().kind, RecordState::Kind::kPending);
  EXPECT_EQ(state().generation, 1u);
  EXPECT_EQ(state().length, 0);
  world.WakeUntilAsked(world.now + kRetryDelayMaxMs);
  start = world.TakeStart();
  world.Head(start.request, 200, {});
  world.Store(world.TakeRead(), {.begin = 0, .end = 4});
  EXPECT_EQ(state().kind, RecordState::Kind::kOpen);
  // Pages that wait for a head see that there is one again.
  EXPECT_EQ(world.Of("film").answers, 2u);
}

TEST(Engine, SpeedOfOneFetchSaysNothingOfTheNext) {
  EngineWorld world;
  TwoParts parts(world);
  world.Store(parts.first_read, {.begin = 0, .end = kMiB});
  world.Tell(BodyEnded{.request = parts.first.request});
  EXPECT_GT(EndOf(world.TakeStart().range), 3 * kMiB);

  world.Register("other", {"https://host/other"});
  world.Head(world.TakeStart().request, 200, SplittableFile(4 * kMiB));
  EXPECT_EQ(world.TakeStart().range, "bytes=0-1048575");
}

TEST(Engine, CutPartIsAskedForAgainAndNothingElseIs) {
  EngineWorld world;
  TwoParts parts(world);
  world.Store(parts.first_read, {.begin = 0, .end = kMiB});
  world.Tell(BodyEnded{.request = parts.first.request});
  const StartRequest third = world.TakeStart();
  world.Head(parts.second.request, 206, Part(kMiB, 2 * kMiB, 4 * kMiB));
  world.TakeRead();
  world.Tell(RequestFailed{.request = parts.second.request});

  const StartRequest again = world.TakeStart();
  EXPECT_TRUE(again.range.starts_with("bytes=1048576-")) << again.range;
  EXPECT_EQ(again.owner.generation, third.owner.generation);
  EXPECT_TRUE(world.deleted_generations.empty());
}

TEST(Engine, PartsThatStallTogetherOnceTooOftenStartOverAtOnce) {
  // The first of the last two gives up the generation; the other is part of
  // what was given up, not the new one's first failure.
  EngineWorld world;
  TwoParts parts(world);
  world.Tell(RequestFailed{.request = parts.first.request});
  world.Tell(RequestFailed{.request = parts.second.request});
  while (world.deleted_generations.empty() &&
         world.engine().NextWake() < kNever) {
    // Answered, and then nothing more comes.
    while (!world.started.empty()) {
      const StartRequest start = world.TakeStart();
      const int64_t begin = std::atoll(start.range.substr(6).c_str());
      world.Head(start.request, 206, Part(begin, EndOf(start.range), 4 * kMiB));
    }
    world.cancelled.clear();
    world.now = std::max(world.now, world.engine().NextWake());
    world.Tell(TimePassed{});
  }
  EXPECT_EQ(world.cancelled.size(), 2u);
  ASSERT_EQ(world.started.size(), 1u);
  EXPECT_EQ(world.started.front().owner.generation, 1u);
  EXPECT_EQ(world.started.front().range, "");
}

TEST(Engine, ChangedFileStartsOverWithOnePlainRequestPastTheCache) {
  EngineWorld world;
  TwoParts parts(world);
  world.Store(parts.first_read, {.begin = 0, .end = kMiB});
  EXPECT_EQ(world.Of("film").downloaded, kMiB);
  world.Head(parts.second.request, 206,
             Part(kMiB, 2 * kMiB, 4 * kMiB, "\"v2\""));

  EXPECT_EQ(world.Of("film").downloaded, 0);
  ASSERT_EQ(world.deleted_generations.size(), 1u);
  EXPECT_EQ(world.deleted_generations[0].generation, 0u);
  const StartRequest plain = world.TakeStart();
  EXPECT_EQ(plain.range, "");
  EXPECT_EQ(plain.cache, "no-store");
  EXPECT_EQ(plain.owner.generation, 1u);
  EXPECT_TRUE(world.started.empty());
  // This time it is read as it comes.
  world.Head(plain.request, 200, SplittableFile(4 * kMiB, "\"v2\""));
  EXPECT_EQ(world.TakeRead().plan.mode, BodyPlan::Mode::kStream);
}

TEST(Engine, WholeBodyInAnswerToAPartIsTakenFromZero) {
  EngineWorld world;
  TwoParts parts(world);
  world.Store(parts.first_read, {.begin = 0, .end = kMiB});
  world.Head(parts.second.request, 200, SplittableFile(4 * kMiB, "\"v2\""));
  const ReadBody read = world.TakeRead();
  EXPECT_EQ(read.request, parts.second.request);
  EXPECT_EQ(read.owner.generation, 1u);
  EXPECT_EQ(read.plan.begin, 0);
  EXPECT_EQ(world.Of("film").downloaded, 0);
  world.Store(read, {.begin = 0, .end = 4 * kMiB});
  world.Tell(BodyEnded{.request = read.request});
  EXPECT_EQ(world.Of("film").result, FetchResult::kSuccess);
}

TEST(Engine, RefusedPartNeverDecidesForTheApp) {
  EngineWorld world;
  TwoParts parts(world);
  world.Head(parts.second.request, 403, {});
  const StartRequest plain = world.TakeStart();
  EXPECT_EQ(plain.range, "");
  world.Head(plain.request, 200, SplittableFile(4 * kMiB));
  const ReadBody read = world.TakeRead();
  world.Store(read, {.begin = 0, .end = 4 * kMiB});
  world.Tell(BodyEnded{.request = plain.request});
  EXPECT_EQ(world.Of("film").result, FetchResult::kSuccess);
}

TEST(Engine, ChunkOfAVoidGenerationIsDeletedAgain) {
  EngineWorld world;
  TwoParts parts(world);
  const ReadBody read = parts.first_read;
  world.Head(parts.second.request, 200, SplittableFile(4 * kMiB, "\"v2\""));
  const size_t before = world.deleted_generations.size();
  // The host had it on its way into the store; its request is closing.
  world.Store(read, {.begin = 0, .end = kMiB});
  EXPECT_EQ(world.Of("film").downloaded, 0);
  EXPECT_GE(world.deleted_generations.size(), before);
}

// --- Abort -------------------------------------------------------------------

TEST(Engine, AbortAnswersTrueOnceTheOutcomeIsDurable) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  world.answers_storage = false;
  world.Abort("film");
  EXPECT_TRUE(world.aborts.empty());
  EXPECT_EQ(world.Of("film").result, FetchResult::kNone);
  EXPECT_EQ(world.cancelled.size(), 1u);

  world.Tell(JournalSynced{});
  ASSERT_EQ(world.aborts.size(), 1u);
  EXPECT_TRUE(world.aborts[0].is_aborted);
  EXPECT_EQ(world.Of("film").failure_reason, FailureReason::kAborted);
  world.Tell(Announced{.sequence = world.engine().sequence()});
  EXPECT_EQ(world.delivered.at(0).kind, Deliver::Kind::kAbort);
}

TEST(Engine, AbortAfterTheOutcomeIsDecidedAnswersFalse) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  const StartRequest start = world.TakeStart();
  world.answers_storage = false;
  world.Serve(start, 10);
  world.Abort("film");
  ASSERT_EQ(world.aborts.size(), 1u);
  EXPECT_FALSE(world.aborts[0].is_aborted);
}

TEST(Engine, AbortOfAnUnknownFetchAnswersFalse) {
  EngineWorld world;
  world.Abort("nothing");
  ASSERT_EQ(world.aborts.size(), 1u);
  EXPECT_FALSE(world.aborts[0].is_aborted);
}

TEST(Engine, SecondAbortAnswersFalse) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  const Token first = world.Abort("film");
  const Token second = world.Abort("film");
  ASSERT_EQ(world.aborts.size(), 2u);
  EXPECT_EQ(world.aborts[0].token, first);
  EXPECT_TRUE(world.aborts[0].is_aborted);
  EXPECT_EQ(world.aborts[1].token, second);
  EXPECT_FALSE(world.aborts[1].is_aborted);
}

TEST(Engine, AbortWhoseAnswerWasLostIsAnsweredTrueWhenItIsAskedAgain) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  world.Abort("film");
  world.aborts.clear();
  world.Crash();
  world.Abort("film", /*is_repeated=*/true);
  ASSERT_EQ(world.aborts.size(), 1u);
  EXPECT_TRUE(world.aborts[0].is_aborted);
  // Nobody else has aborted it.
  world.Abort("film");
  ASSERT_EQ(world.aborts.size(), 2u);
  EXPECT_FALSE(world.aborts[1].is_aborted);
}

TEST(Engine, RepeatedAbortWaitsUntilTheOutcomeIsDurable) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  world.answers_storage = false;
  world.Abort("film");
  world.Abort("film", /*is_repeated=*/true);
  EXPECT_TRUE(world.aborts.empty());
  world.Tell(JournalSynced{});
  ASSERT_EQ(world.aborts.size(), 2u);
  EXPECT_TRUE(world.aborts[1].is_aborted);
}

TEST(Engine, RepeatedAbortThatCameTooLateAnswersFalse) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  world.Serve(world.TakeStart(), 10);
  world.Abort("film", /*is_repeated=*/true);
  world.Abort("nothing", /*is_repeated=*/true);
  ASSERT_EQ(world.aborts.size(), 2u);
  EXPECT_FALSE(world.aborts[0].is_aborted);
  EXPECT_FALSE(world.aborts[1].is_aborted);
}

// --- Pause ----

TEST(Engine, PausedFetchAsksForNothingUntilItIsResumed) {
  EngineWorld world;
  TwoParts parts(world);
  world.Store(parts.first_read, {.begin = 0, .end = kMiB});
  world.Tell(BodyEnded{.request = parts.first.request});
  world.TakeStart();
  world.SetPaused("film", true);
  EXPECT_TRUE(world.Of("film").is_paused);
  EXPECT_TRUE(world.pauses.at(0).is_active);
  EXPECT_EQ(world.cancelled.size(), 3u);
  world.WakeUntil(world.now + 10 * kRetryDelayMaxMs);
  EXPECT_TRUE(world.started.empty());

  world.SetPaused("film", false);
  EXPECT_FALSE(world.Of("film").is_paused);
  EXPECT_EQ(world.Of("film").downloaded, kMiB);
  EXPECT_TRUE(world.TakeStart().range.starts_with("bytes=1048576-"));
}

TEST(Engine, PauseIsAnnouncedAtOnce) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  for (const bool is_paused : {true, false}) {
    const size_t before = world.announced.size();
    world.SetPaused("film", is_paused);
    EXPECT_EQ(world.announced.size(), before + 1);
  }
}

TEST(Engine, PauseSurvivesACrash) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  world.SetPaused("film", true);
  world.Crash();
  EXPECT_TRUE(world.Of("film").is_paused);
  EXPECT_TRUE(world.started.empty());
  world.SetPaused("film", false);
  world.Crash();
  EXPECT_FALSE(world.Of("film").is_paused);
  EXPECT_EQ(world.started.size(), 1u);
}

// --- What the app has moved elsewhere ----------------------------------------

RecordState::Kind KindOf(EngineWorld& world, uint32_t record) {
  return world.engine().RecordStateOf("uid-set", record).kind;
}

// Two records, stored, and the event runs.
void DeliverTwo(EngineWorld& world) {
  world.Register("set", {"https://host/a", "https://host/b"});
  world.Serve(world.TakeStart(), 10);
  world.Serve(world.TakeStart(), 20);
  world.WakeUntil(world.now + kHeardTimeoutMs);
  ASSERT_EQ(world.delivered.size(), 1u);
}

TEST(Engine, ReleasedRecordIsDeletedOnceThatIsDurable) {
  EngineWorld world;
  DeliverTwo(world);
  world.answers_storage = false;
  world.Release("set", 1);
  EXPECT_TRUE(world.deleted_generations.empty());
  EXPECT_TRUE(world.releases.empty());
  world.directory.Sync();
  world.Tell(JournalSynced{});
  ASSERT_EQ(world.deleted_generations.size(), 1u);
  EXPECT_EQ(world.deleted_generations[0].record, 1u);
  ASSERT_EQ(world.releases.size(), 1u);
  EXPECT_TRUE(world.releases[0].is_released);
  EXPECT_EQ(KindOf(world, 0), RecordState::Kind::kComplete);
  EXPECT_EQ(KindOf(world, 1), RecordState::Kind::kTransferred);
  EXPECT_EQ(world.Of("set").downloaded, 30);
}

TEST(Engine, CrashBeforeAReleaseIsDurableKeepsTheRecord) {
  EngineWorld world;
  DeliverTwo(world);
  world.answers_storage = false;
  world.Release("set", 1);
  world.answers_storage = true;
  world.Crash();
  EXPECT_EQ(KindOf(world, 1), RecordState::Kind::kComplete);
}

TEST(Engine, CrashAfterAReleaseSaysWhatHasGoneAndDeletesWhatIsLeft) {
  EngineWorld world;
  DeliverTwo(world);
  // It dies before the deletion.
  world.keeps_deleted = true;
  world.Release("set", 1);
  world.deleted_generations.clear();
  world.keeps_deleted = false;
  world.Crash();
  world.WakeUntil(world.now + kHeardTimeoutMs);
  // The event comes again.
  ASSERT_EQ(world.delivered.size(), 1u);
  EXPECT_EQ(KindOf(world, 0), RecordState::Kind::kComplete);
  EXPECT_EQ(KindOf(world, 1), RecordState::Kind::kTransferred);
  EXPECT_EQ(world.Of("set").downloaded, 30);
  EXPECT_EQ(world.Of("set").result, FetchResult::kSuccess);
  ASSERT_EQ(world.deleted_generations.size(), 1u);
  EXPECT_EQ(world.deleted_generations[0].record, 1u);
}

TEST(Engine, OnlyWhatIsStoredAndPublicIsReleased) {
  EngineWorld world;
  world.Register("set", {"https://host/a", "https://host/b", "https://host/c"});
  world.Serve(world.TakeStart(), 10);
  world.Release("set", 0);  // active
  const StartRequest missing = world.TakeStart();
  world.Head(missing.request, 404, {});
  const ReadBody read = world.TakeRead();
  world.Store(read, {.begin = 0, .end = 0});
  world.Tell(BodyEnded{.request = missing.request});
  world.Serve(world.TakeStart(), 30);
  world.WakeUntil(world.now + kHeardTimeoutMs);
  world.Release("set", 1);      // without a body
  world.Release("set", 3);      // unknown
  world.Release("another", 0);  // unknown
  ASSERT_EQ(world.releases.size(), 4u);
  for (const ReleaseAnswered& each : world.releases) {
    EXPECT_FALSE(each.is_released);
  }
  world.Release("set", 2);
  world.Release("set", 2);  // again
  ASSERT_EQ(world.releases.size(), 6u);
  EXPECT_TRUE(world.releases[4].is_released);
  EXPECT_TRUE(world.releases[5].is_released);
}

TEST(Engine, ReleaseSurvivesACompaction) {
  EngineWorld world;
  DeliverTwo(world);
  world.Release("set", 0);
  // Many others come and go.
  for (int i = 0; i < 400; ++i) {
    const std::string id = "other-" + std::to_string(i);
    world.Register(id, {"https://host/" + std::string(500, 'x')});
    world.Abort(id);
    world.WakeUntil(world.now + kHeardTimeoutMs);
    world.Tell(EventDelivered{.uid = "uid-" + id});
    world.WakeUntil(world.now + kDropDelayMs);
  }
  world.Crash();
  EXPECT_EQ(KindOf(world, 0), RecordState::Kind::kTransferred);
  EXPECT_EQ(KindOf(world, 1), RecordState::Kind::kComplete);
}

TEST(Engine, StreamThatCannotBeResumedStartsOverAfterAPause) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  world.Head(world.TakeStart().request, 200, {});
  world.Store(world.TakeRead(), {.begin = 0, .end = 10});
  world.SetPaused("film", true);
  EXPECT_EQ(world.Of("film").downloaded, 0);
  EXPECT_EQ(world.deleted_generations.size(), 1u);
  world.SetPaused("film", false);
  EXPECT_EQ(world.TakeStart().range, "");
}

TEST(Engine, PausedFetchCanBeAborted) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  world.SetPaused("film", true);
  world.Abort("film");
  EXPECT_EQ(world.Of("film").failure_reason, FailureReason::kAborted);
}

TEST(Engine, SettledFetchCannotBePaused) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  world.Abort("film");
  world.SetPaused("film", true);
  EXPECT_FALSE(world.pauses.at(0).is_active);
  EXPECT_FALSE(world.Of("film").is_paused);
}

TEST(Engine, BodyThatBreaksBehindItsLastByteIsComplete) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  const StartRequest start = world.TakeStart();
  world.Head(start.request, 200, SplittableFile(20));
  world.Store(world.TakeRead(), {.begin = 0, .end = 20});
  world.Tell(RequestFailed{.request = start.request});
  EXPECT_EQ(world.Of("film").result, FetchResult::kSuccess);
}

TEST(Engine, LateChunkThatCompletesABodyCompletesIt) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  world.Head(world.TakeStart().request, 200, SplittableFile(20));
  const ReadBody read = world.TakeRead();
  world.Store(read, {.begin = 0, .end = 10});
  world.answers_cancels = false;
  world.SetPaused("film", true);
  world.Store(read, {.begin = 10, .end = 20});
  EXPECT_EQ(world.Of("film").result, FetchResult::kSuccess);
}

TEST(Engine, LateChunkOfAFailedRecordIsDeleted) {
  EngineWorld world;
  world.RegisterWith(WithId("set"),
                     {Post("https://host/up"), Get("https://host/file")});
  ASSERT_EQ(world.started.size(), 2u);
  // Uploads wait for the journal, so the other one comes first.
  const StartRequest post = world.started.back();
  world.Head(post.request, 200, SplittableFile(20));
  const ReadBody read = world.TakeRead();
  world.answers_cancels = false;
  world.now += kStallMaxMs;
  world.Tell(TimePassed{});
  ASSERT_EQ(world.Of("set").answers, 1u);
  world.deleted_generations.clear();
  world.Store(read, {.begin = 0, .end = 5});
  EXPECT_EQ(world.deleted_generations, std::vector<ChunkOwner>{read.owner});
}

// The entry that says that it may have left cannot be taken back.
TEST(Engine, PostThatWaitsForTheJournalLeavesBeforeAPauseIsAnswered) {
  EngineWorld world;
  world.answers_storage = false;
  world.RegisterWith(WithId("up"), {Post("https://host/up")});
  world.Tell(JournalSynced{});
  // The entry is on its way to the disk when the user pauses.
  world.SetPaused("up", true);
  world.Tell(JournalSynced{});
  ASSERT_EQ(world.started.size(), 1u);
  EXPECT_TRUE(world.pauses.empty());
  world.Tell(JournalSynced{});
  EXPECT_EQ(world.pauses.size(), 1u);
  world.answers_storage = true;
  world.Serve(world.TakeStart(), 10);
  EXPECT_EQ(world.Of("up").result, FetchResult::kSuccess);
}

TEST(Engine, PostAndPauseThatBecomeDurableTogetherAreBothCarriedOut) {
  EngineWorld world;
  world.answers_storage = false;
  world.RegisterWith(WithId("up"), {Post("https://host/up")});
  world.Tell(JournalSynced{});
  world.SetPaused("up", true);
  world.Tell(JournalSyncFailed{});
  world.WakeUntil(world.now + kSyncRetryMs);
  world.Tell(JournalSynced{});
  EXPECT_EQ(world.started.size(), 1u);
  EXPECT_EQ(world.pauses.size(), 1u);
}

TEST(Engine, AnswerToAPostIsReadInSmallPieces) {
  EngineWorld world;
  world.RegisterWith(WithId("up"), {Post("https://host/up")});
  world.Head(world.TakeStart().request, 200, SplittableFile(200'000));
  const ReadBody read = world.TakeRead();
  EXPECT_EQ(read.plan.mode, BodyPlan::Mode::kStream);
  EXPECT_EQ(read.plan.piece_bytes, kPieceBytesMin);
}

// --- Progress ----------------------------------------------------------------

TEST(Engine, ProgressIsAnnouncedAtMostTenTimesASecond) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  const StartRequest start = world.TakeStart();
  world.Head(start.request, 200, {});
  const ReadBody read = world.TakeRead();
  world.WakeUntil(world.now + 1000);
  const size_t before = world.announced.size();
  for (int64_t i = 0; i < 100; ++i) {
    world.Store(read, {.begin = i, .end = i + 1});
    world.WakeUntil(world.now + 10);
  }
  EXPECT_LE(world.announced.size() - before, 11u);
  EXPECT_GE(world.announced.size() - before, 10u);
  EXPECT_EQ(world.engine().ChangesSince(0).at(0).downloaded, 100);
}

TEST(Engine, ChangesSinceTheLastSequenceAreNone) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  EXPECT_EQ(world.engine().ChangesSince(0).size(), 1u);
  EXPECT_TRUE(world.engine().ChangesSince(world.engine().sequence()).empty());
}

// --- Coming back -------------------------------------------------------------

TEST(Engine, StoredPartsAreNotAskedForAgainAfterACrash) {
  EngineWorld world;
  TwoParts parts(world);
  world.Head(parts.second.request, 206, Part(kMiB, 2 * kMiB, 4 * kMiB));
  world.Store(world.TakeRead(), {.begin = kMiB, .end = 2 * kMiB});
  world.Crash();
  EXPECT_EQ(world.Of("film").downloaded, kMiB);
  EXPECT_EQ(world.TakeStart().range, "bytes=0-1048575");
  EXPECT_EQ(world.TakeStart().range, "bytes=2097152-3145727");
}

TEST(Engine, StreamThatCannotBeResumedStartsOverAfterACrash) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  const StartRequest start = world.TakeStart();
  world.Head(start.request, 200, {});
  world.Store(world.TakeRead(), {.begin = 0, .end = 10});
  world.Crash();
  EXPECT_EQ(world.Of("film").downloaded, 0);
  EXPECT_EQ(world.deleted_generations.size(), 1u);
  const StartRequest again = world.TakeStart();
  EXPECT_EQ(again.range, "");
  EXPECT_EQ(again.owner.generation, 1u);
}

TEST(Engine, StreamThatWasWholeBeforeTheCrashIsCompleteWhenItsServerSaysSo) {
  EngineWorld world;
  world.Register("a", {"https://host/file"});
  world.Head(world.TakeStart().request, 200, {{"etag", "\"v1\""}});
  world.Store(world.TakeRead(), {.begin = 0, .end = 1000});
  world.Crash();
  const StartRequest start = world.TakeStart();
  EXPECT_EQ(start.range, "bytes=1000-");
  world.Head(start.request, 416, {{"content-range", "bytes */1000"}});
  EXPECT_EQ(world.cancelled, std::vector<RequestId>{start.request});
  EXPECT_TRUE(world.deleted_generations.empty());
  EXPECT_EQ(world.Of("a").result, FetchResult::kSuccess);
  EXPECT_EQ(world.Of("a").downloaded, 1000);
}

TEST(Engine, BodyThatWasWholeBeforeTheCrashIsNotAskedForAgain) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  const StartRequest start = world.TakeStart();
  world.Head(start.request, 200, SplittableFile(10));
  world.Store(world.TakeRead(), {.begin = 0, .end = 10});
  world.Crash();
  EXPECT_TRUE(world.started.empty());
  EXPECT_EQ(world.Of("film").result, FetchResult::kSuccess);
}

TEST(Engine, OutcomeIsDeliveredAgainUntilItIsAcknowledged) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  world.Serve(world.TakeStart(), 10);
  for (uint32_t attempt = 1; attempt <= kDeliveryAttemptsMax; ++attempt) {
    world.WakeUntil(world.now + kHeardTimeoutMs);
    ASSERT_EQ(world.delivered.size(), 1u) << attempt;
    world.Crash();
  }
  world.WakeUntil(world.now + kHeardTimeoutMs);
  EXPECT_TRUE(world.delivered.empty());
  EXPECT_FALSE(world.engine().IsWorking());
}

TEST(Engine, AcknowledgedOutcomeIsNotDeliveredAgain) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  world.Serve(world.TakeStart(), 10);
  world.WakeUntil(world.now + kHeardTimeoutMs);
  world.Tell(EventDelivered{.uid = "uid-film"});
  world.Crash();
  EXPECT_FALSE(world.engine().IsWorking());
  world.WakeUntil(world.now + kDropDelayMs);
  EXPECT_TRUE(world.delivered.empty());
  EXPECT_EQ(world.deleted_fetches, std::vector<std::string>{"uid-film"});
}

// Some engines' Blobs die with what is stored, and another worker than the one
// that gave a response out knows nothing of who reads it.
TEST(Engine, RecordsLingerAsLongAfterAnotherStart) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  world.Serve(world.TakeStart(), 10);
  world.WakeUntil(world.now + kHeardTimeoutMs);
  world.Tell(EventDelivered{.uid = "uid-film"});
  world.WakeUntil(world.now + kDropDelayMs - 1);
  for (int lives = 0; lives < 2; ++lives) {
    world.Crash();
    EXPECT_FALSE(world.engine().IsEmpty());
    world.WakeUntil(world.now + kDropDelayMs - 1);
    EXPECT_TRUE(world.deleted_fetches.empty());
  }
  world.WakeUntil(world.now + 1);
  EXPECT_EQ(world.deleted_fetches, std::vector<std::string>{"uid-film"});
}

TEST(Engine, CrashBeforeTheOutcomeIsDurableFindsTheSameOutcome) {
  EngineWorld world;
  world.Register("set", {"https://host/a", "https://host/b"});
  const StartRequest missing = world.TakeStart();
  const StartRequest found = world.TakeStart();
  world.answers_storage = false;
  world.Head(found.request, 200, {{"content-length", "20"}});
  world.Store(world.TakeRead(), {.begin = 0, .end = 20});
  world.Tell(BodyEnded{.request = found.request});
  world.Head(missing.request, 404, {});
  world.Store(world.TakeRead(), {.begin = 0, .end = 0});
  world.Tell(BodyEnded{.request = missing.request});
  EXPECT_EQ(world.Of("set").result, FetchResult::kNone);

  world.answers_storage = true;
  world.Crash();
  EXPECT_TRUE(world.started.empty());
  EXPECT_EQ(world.Of("set").failure_reason, FailureReason::kBadStatus);
  EXPECT_EQ(world.Of("set").downloaded, 20);
}

TEST(Engine, RecordWhoseBytesVanishedIsFetchedAgain) {
  EngineWorld world;
  world.Register("set", {"https://host/a", "https://host/b"});
  world.Serve(world.TakeStart(), 10);
  world.WakeUntil(world.now + kLazySyncMs);
  world.LoseChunks();
  world.Crash();
  EXPECT_EQ(world.Of("set").downloaded, 0);
  EXPECT_EQ(world.Of("set").answers, 0u);
  EXPECT_EQ(world.started.size(), 2u);
}

// Twice: in the second life the journal knows of both generations.
TEST(Engine, BodyFetchedAnewIsKeptAlthoughTheJournalKnowsOfTheLostOne) {
  EngineWorld world;
  world.Register("set", {"https://host/a", "https://host/b"});
  world.Serve(world.TakeStart(), 10);
  world.WakeUntil(world.now + kLazySyncMs);
  world.LoseChunks();
  world.Crash();
  world.answers_storage = false;
  const StartRequest again = world.TakeStart();
  ASSERT_EQ(again.owner.generation, 1u);
  world.Serve(again, 10);
  for (int lives = 0; lives < 2; ++lives) {
    world.answers_storage = true;
    world.Crash();
    world.WakeUntil(world.now + kLazySyncMs);
    ASSERT_EQ(world.started.size(), 1u);
    EXPECT_EQ(world.TakeStart().owner.record, 1u);
    EXPECT_EQ(world.Of("set").downloaded, 10);
  }
}

TEST(Engine, ChunksNoJournalKnowsAreDeleted) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  const StartRequest start = world.TakeStart();
  world.Head(start.request, 200, SplittableFile(10));
  world.Store(world.TakeRead(), {.begin = 0, .end = 10});
  world.directory = MemoryDirectory();
  world.Crash();
  EXPECT_EQ(world.deleted_fetches, std::vector<std::string>{"uid-film"});
}

TEST(Engine, TotalExceededByTheLastChunkBeforeTheCrashFailsTheFetch) {
  EngineWorld world;
  world.Register("film", {"https://host/file"}, /*download_total=*/15);
  world.Head(world.TakeStart().request, 200, SplittableFile(20));
  world.StoreUnheard(world.TakeRead(), {.begin = 0, .end = 20});
  world.Crash();
  EXPECT_EQ(world.Of("film").failure_reason,
            FailureReason::kDownloadTotalExceeded);
  EXPECT_EQ(world.Of("film").downloaded, 0);
}

TEST(Engine, CountOfAFetchThatIsOverStaysWhateverIsStillStored) {
  EngineWorld world;
  world.Register("film", {"https://host/file"}, /*download_total=*/15);
  world.Head(world.TakeStart().request, 200, SplittableFile(20));
  world.StoreUnheard(world.TakeRead(), {.begin = 0, .end = 20});
  world.Crash();
  world.WakeUntil(world.now + kHeardTimeoutMs);
  world.Tell(EventDelivered{.uid = "uid-film"});
  // The store has not got round to deleting.
  world.answers_storage = false;
  world.Crash();
  EXPECT_EQ(world.Of("film").downloaded, 0);
}

TEST(Engine, RestOfAFailedRecordIsDeletedAtTheStart) {
  EngineWorld world;
  world.Register("set", {"https://host/a", "https://host/b"});
  const StartRequest start = world.TakeStart();
  world.Head(start.request, 200, SplittableFile(20));
  const ReadBody read = world.TakeRead();
  world.Store(read, {.begin = 0, .end = 5});
  world.Tell(StorageFailed{.request = start.request, .is_quota = true});
  world.WakeUntil(world.now + kLazySyncMs);
  // The store had refused to delete it.
  world.StoreUnheard(read, {.begin = 0, .end = 5});
  world.deleted_generations.clear();
  world.Crash();
  ASSERT_FALSE(world.deleted_generations.empty());
  EXPECT_EQ(world.deleted_generations[0], read.owner);
}

TEST(Engine, ChunksWithoutAHeadDoNotMixWithThoseThatFollow) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  world.Head(world.TakeStart().request, 200, SplittableFile(20));
  ReadBody read = world.TakeRead();
  read.head.reset();
  world.StoreUnheard(read, {.begin = 10, .end = 20});
  world.Crash();
  EXPECT_GT(world.TakeStart().owner.generation, read.owner.generation);
}

TEST(Engine, BytesThatVanishedAreMissedEvenIfAllElseIsWhole) {
  EngineWorld world;
  world.Register("set", {"https://host/a", "https://host/b"});
  const StartRequest first = world.TakeStart();
  world.Serve(world.TakeStart(), 10);
  world.WakeUntil(world.now + kLazySyncMs);
  world.LoseChunks();
  world.Head(first.request, 200, SplittableFile(20));
  world.StoreUnheard(world.TakeRead(), {.begin = 0, .end = 20});
  world.Crash();
  EXPECT_EQ(world.Of("set").result, FetchResult::kNone);
  EXPECT_EQ(world.TakeStart().owner.record, 1u);
}

TEST(Engine, DamageThatTheJournalHadIsReported) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  ASSERT_EQ(world.directory.Append("00000001.log", "half a frame"),
            ErrorCode::kOk);
  world.directory.Sync();
  world.Crash();
  EXPECT_EQ(world.engine().replay_report().dropped_bytes, 12);
  EXPECT_EQ(world.engine().ActiveUid("film"), "uid-film");
}

TEST(Engine, CompactionKeepsEverythingThatMatters) {
  EngineWorld world;
  world.Register("set", {"https://host/a", "https://host/b", "https://host/c"});
  world.Serve(world.TakeStart(), 10);
  // Enough short-lived fetches to make the log outgrow its snapshot.
  const size_t files = 100;
  for (size_t i = 0; i < files; ++i) {
    const std::string id = "small" + std::to_string(i);
    world.Register(id, {"https://host/" + std::string(2000, 'x')});
    world.Abort(id);
    world.Tell(Announced{.sequence = world.engine().sequence()});
    world.Tell(EventDelivered{.uid = "uid-" + id});
    world.WakeUntil(world.now + kDropDelayMs + kLazySyncMs);
  }
  EXPECT_LT(world.directory.List().value().size(), 6u);
  world.Crash();
  EXPECT_TRUE(world.engine().replay_report().IsClean());
  EXPECT_EQ(world.engine().ActiveIds(), std::vector<std::string_view>{"set"});
  EXPECT_EQ(world.Of("set").answers, 2u);
  EXPECT_EQ(world.Of("set").downloaded, 10);
  EXPECT_EQ(world.started.size(), 2u);
}

TEST(Engine, CompactionKeepsTheFirstFailureAndWhatMustNotBeRepeated) {
  EngineWorld world;
  world.Register("set", {"https://host/a", "https://host/b", "https://host/c"});
  world.RegisterWith(WithId("up"), {Post("https://host/up")});
  const StartRequest first = world.TakeStart();
  const StartRequest second = world.TakeStart();
  // The second record fails first, the first for another reason.
  world.Head(second.request, 404, {});
  world.Tell(BodyEnded{.request = second.request});
  world.now += 1;
  world.Head(first.request, 200, {});
  world.Tell(StorageFailed{.request = first.request, .is_quota = true});
  OutgrowSnapshot(world);
  world.Crash();
  // Whether the upload had left nobody can tell.
  EXPECT_EQ(world.Of("up").failure_reason, FailureReason::kFetchError);
  world.Serve(world.TakeStart(), 10);
  EXPECT_EQ(world.Of("set").failure_reason, FailureReason::kBadStatus);
}

// What was given up before the crash may still be in the store, or on its way
// into it.
TEST(Engine, RecordThatStartedOverIsAskedForAsThatGenerationAfterACrash) {
  EngineWorld world;
  TwoParts parts(world);
  world.Head(parts.second.request, 403, {});
  ASSERT_EQ(world.TakeStart().owner.generation, 1u);
  world.WakeUntil(world.now + kLazySyncMs);
  world.Crash();
  const StartRequest plain = world.TakeStart();
  EXPECT_EQ(plain.owner.generation, 1u);
  EXPECT_EQ(plain.cache, "no-store");
}

TEST(Engine, CompactionKeepsThatARecordStartedOver) {
  EngineWorld world;
  TwoParts parts(world);
  world.Head(parts.second.request, 403, {});
  ASSERT_EQ(world.TakeStart().owner.generation, 1u);
  OutgrowSnapshot(world);
  world.Crash();
  const StartRequest plain = world.TakeStart();
  EXPECT_EQ(plain.owner.uid, "uid-film");
  EXPECT_EQ(plain.owner.generation, 1u);
  EXPECT_EQ(plain.cache, "no-store");
}

TEST(Engine, CompactionKeepsAPause) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  world.SetPaused("film", true);
  OutgrowSnapshot(world);
  world.Crash();
  EXPECT_TRUE(world.Of("film").is_paused);
  EXPECT_EQ(world.TakeStart().owner.uid, "uid-large");
  EXPECT_TRUE(world.started.empty());
}

TEST(Engine, CompactionKeepsThatAnOutcomeWasDelivered) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  world.Serve(world.TakeStart(), 10);
  world.Tell(Announced{.sequence = world.engine().sequence()});
  world.Tell(EventDelivered{.uid = "uid-film"});
  OutgrowSnapshot(world);
  world.Crash();
  world.WakeUntil(world.now + kDropDelayMs);
  EXPECT_TRUE(world.delivered.empty());
  EXPECT_EQ(world.deleted_fetches, std::vector<std::string>{"uid-film"});
}

TEST(Engine, UploadsThatHaveArrivedCountAgainAfterACrash) {
  EngineWorld world;
  world.RegisterWith(WithId("up"),
                     {Post("https://host/up", 5), Get("https://host/b")});
  // The upload waits for the journal, so the other one leaves first.
  const StartRequest other = world.TakeStart();
  const StartRequest upload = world.TakeStart();
  ASSERT_EQ(upload.info.method, "POST");
  world.Serve(upload, 10);
  world.WakeUntil(world.now + kLazySyncMs);
  world.Crash();
  EXPECT_EQ(world.Of("up").uploaded, 5);
  EXPECT_EQ(world.Of("up").answers, 2u);
}

TEST(Engine, UploadsThatHaveArrivedCountUntilTheOutcomeIsDelivered) {
  EngineWorld world;
  world.RegisterWith(WithId("up"), {Post("https://host/up", 5)});
  world.Serve(world.TakeStart(), 10);
  world.Crash();
  EXPECT_EQ(world.Of("up").result, FetchResult::kSuccess);
  EXPECT_EQ(world.Of("up").uploaded, 5);
}

TEST(Engine, OutcomeIsGivenUpAfterTooManyDeliveries) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  world.Serve(world.TakeStart(), 10);
  for (uint32_t i = 1; i < kDeliveryAttemptsMax; ++i) world.Crash();
  world.Tell(Announced{.sequence = world.engine().sequence()});
  EXPECT_EQ(world.delivered.size(), 1u);
  world.Crash();
  world.WakeUntil(world.now + kHeardTimeoutMs);
  EXPECT_TRUE(world.delivered.empty());
  EXPECT_FALSE(world.engine().IsWorking());
}

TEST(Engine, MatchFindsRecordsInRequestOrder) {
  EngineWorld world;
  world.Register("set", {"https://host/b", "https://host/a", "https://host/b"});
  const MatchQuery query{.url = "https://host/b"};
  const Engine& engine = world.engine();
  EXPECT_EQ(engine.Match("uid-set", nullptr), (std::vector<uint32_t>{0, 1, 2}));
  EXPECT_EQ(engine.Match("uid-set", &query), (std::vector<uint32_t>{0, 2}));
  EXPECT_TRUE(engine.Match("uid-other", nullptr).empty());
}

// Damage took one: what is left is not what was asked for.
TEST(Engine, FetchWithoutAllItsRequestsIsNotBegun) {
  MemoryDirectory directory;
  {
    Journal journal(directory);
    ASSERT_TRUE(journal.Replay([](Entry&&) {}).ok());
    for (const Entry& entry : std::vector<Entry>{
             FetchBegun{.fetch = 1,
     .uid = "uid",
     .options = {.id = "set"},
     .record_count = 2},
             RequestAdded{.fetch = 1, .request = {.url = "https://host/a"}},
             FetchSealed{.fetch = 1}}) {
      ASSERT_EQ(journal.Append(entry), ErrorCode::kOk);
    }
  }
  const Engine engine(directory, /*seed=*/1);
  EXPECT_TRUE(engine.IsEmpty());
}

// Each attempt moves a record: a transfer that outlives many workers.
TEST(Engine, DeliveryThatGetsFurtherHasAllItsAttemptsAgain) {
  EngineWorld world;
  DeliverTwo(world);
  for (uint32_t record = 0; record < 2; ++record) {
    for (uint32_t i = 1; i < kDeliveryAttemptsMax; ++i) {
      world.Crash();
      world.WakeUntil(world.now + kHeardTimeoutMs);
      ASSERT_EQ(world.delivered.size(), 1u) << record << ", " << i;
    }
    world.Release("set", record);
    // Once more is nothing new.
    world.Release("set", record);
    world.Crash();
    world.WakeUntil(world.now + kHeardTimeoutMs);
    ASSERT_EQ(world.delivered.size(), 1u) << record;
  }
}

// What has gone once is no progress any more.
TEST(Engine, ReleaseOfWhatIsReleasedIsNoProgress) {
  EngineWorld world;
  DeliverTwo(world);
  world.Release("set", 0);
  for (uint32_t i = 0; i < kDeliveryAttemptsMax; ++i) {
    world.Crash();
    world.WakeUntil(world.now + kHeardTimeoutMs);
    ASSERT_EQ(world.delivered.size(), 1u) << i;
    world.Release("set", 0);
  }
  world.Crash();
  world.WakeUntil(world.now + kHeardTimeoutMs);
  EXPECT_TRUE(world.delivered.empty());
  EXPECT_FALSE(world.engine().IsWorking());
}

TEST(Engine, CompactionKeepsTheAttemptsSinceARelease) {
  EngineWorld world;
  DeliverTwo(world);
  world.Release("set", 0);
  for (uint32_t i = 0; i < kDeliveryAttemptsMax; ++i) world.Crash();
  OutgrowSnapshot(world);
  world.Crash();
  world.WakeUntil(world.now + kHeardTimeoutMs);
  EXPECT_TRUE(world.delivered.empty());
}

TEST(Engine, RecordsThatWaitAreLimited) {
  EngineWorld world;
  world.Register("map", std::vector<std::string>(200, "https://host/tile"));
  size_t asked = 0;
  for (; !world.started.empty(); ++asked) {
    world.Head(world.TakeStart().request, 503, {{"retry-after", "60"}});
  }
  EXPECT_EQ(asked, static_cast<size_t>(kOpenRecordsMax));
}

TEST(Engine, FetchesAtOnceAreLimited) {
  EngineWorld world;
  world.is_online = false;
  world.Tell(OnlineChanged{.is_online = false});
  for (int32_t i = 0; i < kActiveFetchesMax; ++i) {
    world.Register(std::to_string(i), {"https://host/a"});
  }
  EXPECT_TRUE(world.rejected.empty());
  world.Register("another", {"https://host/a"});
  ASSERT_EQ(world.rejected.size(), 1u);
  EXPECT_EQ(world.rejected[0].error, ErrorCode::kTooLarge);
}

TEST(Engine, TitleMayBeAsLongAsTheLimitAndNotLonger) {
  EngineWorld world;
  const auto room = static_cast<size_t>(kTextBytesMax) - 1;
  for (const size_t length : {room, room + 1}) {
    FetchOptions options = WithId(std::string(1, "ab"[length - room]));
    options.title.assign(length, 'x');
    world.RegisterWith(options, {Get("https://host/a")});
  }
  EXPECT_EQ(world.registered.size(), 1u);
  ASSERT_EQ(world.rejected.size(), 1u);
  EXPECT_EQ(world.rejected[0].error, ErrorCode::kTooLarge);
}

TEST(Engine, HeadersAndIconsThatDoNotFitAreRejected) {
  EngineWorld world;
  const std::string large(static_cast<size_t>(kRequestBytesMax), 'x');
  RequestInfo request = Get("https://host/a");
  request.headers = {{"x-large", large}};
  world.RegisterWith(WithId("headers"), {request});
  FetchOptions options = WithId("icons");
  options.icons = {{.src = large, .sizes = {}, .type = {}, .label = {}}};
  world.RegisterWith(options, {Get("https://host/a")});
  ASSERT_EQ(world.rejected.size(), 2u);
  EXPECT_EQ(world.rejected[0].error, ErrorCode::kTooLarge);
  EXPECT_EQ(world.rejected[1].error, ErrorCode::kTooLarge);
}

TEST(Engine, FetchAfterACrashLeavesEarlierOnesAlone) {
  EngineWorld world;
  world.Register("first", {"https://host/a"});
  world.Crash();
  world.Register("second", {"https://host/b"});
  EXPECT_EQ(world.engine().ActiveIds(),
            (std::vector<std::string_view>{"first", "second"}));
}

// Whatever member is long: it must not be found out when it is journalled.
TEST(Engine, RequestThatDoesNotFitIsRejectedWhateverIsLong) {
  const std::string large(static_cast<size_t>(kRequestBytesMax), 'x');
  for (std::string RequestInfo::*member :
       {&RequestInfo::url, &RequestInfo::method, &RequestInfo::mode,
        &RequestInfo::credentials, &RequestInfo::cache, &RequestInfo::redirect,
        &RequestInfo::referrer, &RequestInfo::referrer_policy,
        &RequestInfo::integrity}) {
    EngineWorld world;
    RequestInfo request = Get("https://host/a");
    request.*member = large;
    world.RegisterWith(WithId("id"), {request});
    ASSERT_EQ(world.rejected.size(), 1u);
    EXPECT_EQ(world.rejected[0].error, ErrorCode::kTooLarge);
  }
}

TEST(Engine, LargestRequestsThatAreAcceptedFitTheJournal) {
  EngineWorld world;
  RequestInfo request = Get("https://host/");
  // Many short headers cost the most beside their text.
  for (int i = 0; i < 20'000; ++i) request.headers.emplace_back("a", "b");
  const size_t spent = 20'000 * (2 + 16) + request.method.size() +
                       request.mode.size() + request.credentials.size() +
                       request.cache.size() + request.redirect.size() +
                       request.referrer.size() + request.url.size();
  request.url +=
      std::string(static_cast<size_t>(kRequestBytesMax) - spent, 'x');
  world.RegisterWith(WithId("id"), {request});
  EXPECT_TRUE(world.rejected.empty());
  world.Crash();
  EXPECT_EQ(*world.engine().RequestOf("uid-id", 0), request);

  request.url += 'x';
  world.RegisterWith(WithId("larger"), {request});
  ASSERT_EQ(world.rejected.size(), 1u);
  EXPECT_EQ(world.rejected[0].error, ErrorCode::kTooLarge);
}

TEST(Engine, LargestOptionsThatAreAcceptedFitTheJournal) {
  EngineWorld world;
  FetchOptions options = WithId("id");
  // Many icons cost the most beside their text.
  const size_t count = 10'000;
  const Icon icon{.src = "a", .sizes = {}, .type = {}, .label = {}};
  options.icons.assign(count, icon);
  const size_t spent = options.id.size() + count * (1 + 16);
  options.title.assign(static_cast<size_t>(kTextBytesMax) - spent, 'x');
  world.RegisterWith(options, {Get("https://host/a")});
  EXPECT_TRUE(world.rejected.empty());
  world.Crash();
  EXPECT_EQ(world.engine().ActiveUid("id"), "uid-id");

  options.id = "larger";
  world.RegisterWith(options, {Get("https://host/a")});
  ASSERT_EQ(world.rejected.size(), 1u);
  EXPECT_EQ(world.rejected[0].error, ErrorCode::kTooLarge);
}

TEST(Engine, EntryAboutARecordThatDoesNotExistIsIgnored) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  {
    Journal journal(world.directory);
    ASSERT_TRUE(journal.Replay([](Entry&&) {}).ok());
    ASSERT_EQ(journal.Append(RequestSent{.fetch = 1, .record = 1}),
              ErrorCode::kOk);
    world.directory.Sync();
  }
  world.Crash();
  EXPECT_EQ(world.started.size(), 1u);
}

TEST(Engine, BeingOnlineAgainEndsTheWaitOfARequestThatFailed) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  world.Tell(OnlineChanged{.is_online = false});
  world.Tell(RequestFailed{.request = world.TakeStart().request});
  world.Tell(OnlineChanged{.is_online = true});
  EXPECT_EQ(world.started.size(), 1u);
}

TEST(Engine, BeingOnlineStillEndsNoWait) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  world.Tell(RequestFailed{.request = world.TakeStart().request});
  world.Tell(OnlineChanged{.is_online = true});
  EXPECT_TRUE(world.started.empty());
}

TEST(Engine, WaitThatAServerAskedForEndsNeitherOnlineNorByResuming) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  world.Head(world.TakeStart().request, 503, {{"retry-after", "60"}});
  world.Tell(OnlineChanged{.is_online = false});
  world.Tell(OnlineChanged{.is_online = true});
  world.SetPaused("film", true);
  world.SetPaused("film", false);
  EXPECT_TRUE(world.started.empty());
  world.WakeUntil(world.now + 59'999);
  EXPECT_TRUE(world.started.empty());
  world.WakeUntil(world.now + 1);
  EXPECT_EQ(world.started.size(), 1u);
}

// The server speaks of the resource, not of one of its parts.
TEST(Engine, WaitThatAServerAskedForIsTheWholeRecords) {
  EngineWorld world;
  TwoParts parts(world);
  world.Head(parts.second.request, 429, {{"retry-after", "60"}});
  world.Store(parts.first_read, {.begin = 0, .end = kMiB});
  world.Tell(BodyEnded{.request = parts.first.request});
  EXPECT_EQ(world.Of("film").downloaded, kMiB);
  EXPECT_TRUE(world.started.empty());
  world.WakeUntil(world.now + 60'000);
  EXPECT_EQ(world.started.size(), 2u);
}

TEST(Engine, BodyThatBeganInTooManyLivesIsGivenUp) {
  EngineWorld world;
  world.Register("film", {"https://host/file"});
  uint32_t lives = 0;
  for (; !world.started.empty() && lives < 2 * kGenerationsMax; ++lives) {
    world.Head(world.TakeStart().request, 200, {});
    world.Store(world.TakeRead(), {.begin = 0, .end = 10});
    world.Crash();
  }
  EXPECT_EQ(lives, kGenerationsMax + 1);
  EXPECT_EQ(world.Of("film").failure_reason, FailureReason::kFetchError);
}

TEST(Engine, FailuresAtTheSameTimeAreJudgedByIndex) {
  EngineWorld world;
  world.Register("set", {"https://host/a", "https://host/b"});
  const StartRequest first = world.TakeStart();
  const StartRequest second = world.TakeStart();
  world.Head(second.request, 404, {});
  world.Store(world.TakeRead(), {});
  world.Tell(BodyEnded{.request = second.request});
  world.Head(first.request, 0, {});  // an opaque redirect: fetch-error
  EXPECT_EQ(world.Of("set").failure_reason, FailureReason::kFetchError);
}

}  // namespace
}  // namespace background_fetch
