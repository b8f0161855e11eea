#include "engine/settings.h"

#include "gtest/gtest.h"
#include "tests/unit/engine_world.h"

namespace background_fetch {
namespace {

constexpr int64_t kMiB = int64_t{1024} * 1024;

size_t RefusalsUntilFailed(EngineWorld& world) {
  world.Register("a", {"https://host/a"});
  size_t refusals = 0;
  while (!world.started.empty()) {
    world.Head(world.TakeStart().request, 503, {{"retry-after", "1"}});
    ++refusals;
    for (const RequestId id : std::exchange(world.cancelled, {})) {
      world.Tell(RequestFailed{.request = id});
    }
    world.WakeUntilAsked(world.now + kRetryAfterMaxMs);
  }
  return refusals;
}

TEST(Settings, WhatIsOutOfBoundsBecomesTheNearestThatIsNot) {
  Settings settings;
  settings.Set(Setting::kConnections, 0);
  EXPECT_EQ(settings.ConnectionsPerOrigin(false), kConnectionsSettableMin);
  settings.Set(Setting::kConnections, kOffsetMax);
  EXPECT_EQ(settings.ConnectionsPerOrigin(false), kConnectionsMax);
  settings.Set(Setting::kChunkBytes, 0);
  EXPECT_EQ(settings.chunk_bytes, kPartBytesMin);
  settings.Set(Setting::kChunkBytes, kOffsetMax);
  EXPECT_EQ(settings.chunk_bytes, kPartBytesMax);
  settings.Set(Setting::kRetries, 0);
  EXPECT_EQ(settings.retries, 0);
  settings.Set(Setting::kRetries, kOffsetMax);
  EXPECT_EQ(settings.retries, kRetriesSettableMax);
}

TEST(Settings, WhatIsWithinBoundsIsTaken) {
  Settings settings;
  settings.Set(Setting::kConnections, 2);
  settings.Set(Setting::kChunkBytes, kMiB);
  settings.Set(Setting::kRetries, 7);
  EXPECT_EQ(settings.ConnectionsPerOrigin(false), 2);
  EXPECT_EQ(settings.chunk_bytes, kMiB);
  EXPECT_EQ(settings.retries, 7);
}

TEST(Settings, UnknownSettingChangesNothing) {
  Settings settings;
  settings.Set(static_cast<Setting>(99), 1);
  EXPECT_EQ(settings.ConnectionsPerOrigin(false), kConnectionsPerOriginMax);
  EXPECT_EQ(settings.chunk_bytes, kPartBytesMax);
  EXPECT_EQ(settings.retries, kRetriesMax);
}

TEST(Settings, ConnectionsThatAreSetDoNotDependOnBodies) {
  Settings settings;
  EXPECT_EQ(settings.ConnectionsPerOrigin(false), kConnectionsPerOriginMax);
  EXPECT_EQ(settings.ConnectionsPerOrigin(true), kConnectionsForSmallMax);
  settings.Set(Setting::kConnections, 1);
  EXPECT_EQ(settings.ConnectionsPerOrigin(false), 1);
  EXPECT_EQ(settings.ConnectionsPerOrigin(true), 1);
}

TEST(Settings, EngineAsksAnOriginForAsManyAtOnceAsAreSet) {
  for (const int64_t connections : {1, 3, kConnectionsMax}) {
    EngineWorld world;
    world.engine().Set(Setting::kConnections, connections);
    world.Register("set", std::vector<std::string>(20, "https://host/file"));
    EXPECT_EQ(world.started.size(), static_cast<size_t>(connections));
  }
}

TEST(Settings, OneConnectionAsksForOnePartAtATime) {
  EngineWorld world;
  world.engine().Set(Setting::kConnections, 1);
  world.Register("set", {"https://host/file"});
  const HeaderList headers = {{"content-length", std::to_string(100 * kMiB)},
                              {"accept-ranges", "bytes"},
                              {"etag", "\"1\""}};
  world.Head(world.TakeStart().request, 200, headers);
  const StartRequest part = world.TakeStart();
  world.Head(
      part.request, 206,
      {{"content-range", "bytes 0-1048575/" + std::to_string(100 * kMiB)},
       {"content-length", std::to_string(kMiB)},
       {"etag", "\"1\""}});
  EXPECT_EQ(world.started.size(), 0U);
  const ReadBody read = world.TakeRead();
  world.Store(read, {.begin = 0, .end = kMiB});
  world.Tell(BodyEnded{.request = part.request});
  EXPECT_EQ(world.started.size(), 1U);
}

TEST(Settings, NoPartIsLargerThanTheChunksThatAreSet) {
  EngineWorld world;
  world.engine().Set(Setting::kChunkBytes, kMiB / 2);
  world.Register("set", {"https://host/file"});
  const HeaderList headers = {{"content-length", std::to_string(100 * kMiB)},
                              {"accept-ranges", "bytes"},
                              {"etag", "\"1\""}};
  world.Head(world.TakeStart().request, 200, headers);
  EXPECT_EQ(world.TakeStart().range, "bytes=0-524287");
}

TEST(Settings, RecordGivesUpAfterAsManyRetriesAsAreSet) {
  for (const int64_t retries : {0, 2, 40}) {
    EngineWorld world;
    world.engine().Set(Setting::kRetries, retries);
    EXPECT_EQ(RefusalsUntilFailed(world), static_cast<size_t>(retries) + 1);
  }
}

}  // namespace
}  // namespace background_fetch
