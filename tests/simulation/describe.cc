#include "tests/simulation/describe.h"

#include <optional>
#include <variant>

namespace background_fetch::simulation {
namespace {

std::string Text(int64_t number) { return std::to_string(number); }

std::string Text(ByteRange range) {
  return "[" + Text(range.begin) + ", " + Text(range.end) + ")";
}

std::string Text(const ChunkOwner& owner) {
  return owner.uid + "/" + Text(owner.record) + "/" + Text(owner.generation);
}

std::string Text(const ResponseHead& head) {
  std::string text = Text(head.status) + " " + head.type + " " + head.url;
  for (const auto& [name, value] : head.headers) {
    text += ", " + name + ": " + value;
  }
  return text;
}

std::string Say(const Register& event) {
  std::string text = "register " + event.uid + " as " + event.options.id;
  for (const RequestInfo& request : event.requests) {
    text += ", " + request.method + " " + request.url;
  }
  return text;
}
std::string Say(const Abort& event) { return "abort " + event.uid; }
std::string Say(const SetPaused& event) {
  return (event.is_paused ? "pause " : "resume ") + event.uid;
}
std::string Say(const Release& event) {
  return "release " + event.uid + "/" + Text(event.record);
}
std::string Say(const ResponseHeadSeen& event) {
  return "head of " + Text(event.request) + ": " + Text(event.head);
}
std::string Say(const ChunkStored& event) {
  return "chunk stored of " + Text(event.request) + ": " + Text(event.range);
}
std::string Say(const BodyReceived& event) {
  return "body received of " + Text(event.request) + ": " + Text(event.bytes);
}
std::string Say(const BodyEnded& event) {
  return "body ended of " + Text(event.request);
}
std::string Say(const RequestFailed& event) {
  return "request failed: " + Text(event.request);
}
std::string Say(const StorageFailed& event) {
  return "storage failed of " + Text(event.request) +
         (event.is_quota ? ", quota" : "");
}
std::string Say(const JournalSynced&) { return "journal synced"; }
std::string Say(const JournalSyncFailed&) { return "journal sync failed"; }
std::string Say(const Announced& event) {
  return "announced " + Text(event.sequence);
}
std::string Say(const EventDelivered& event) {
  return "event delivered of " + event.uid +
         (event.was_held ? "" : ", not held");
}
std::string Say(const FetchDeleted& event) {
  return "fetch deleted: " + event.uid;
}
std::string Say(const OnlineChanged& event) {
  return event.is_online ? "online" : "offline";
}
std::string Say(const TimePassed&) { return "time passed"; }

std::string Say(const StartRequest& command) {
  return "start " + Text(command.request) + " for " + Text(command.owner) +
         ": " + command.info.method + " " + command.info.url + " " +
         command.range + " " + command.if_range + " " + command.cache;
}
std::string Say(const ReadBody& command) {
  const BodyPlan& plan = command.plan;
  return "read " + Text(command.request) + " for " + Text(command.owner) +
         " in mode " + Text(static_cast<int64_t>(plan.mode)) + " from " +
         Text(plan.begin) + (plan.end ? " to " + Text(*plan.end) : "") +
         (command.head ? " with head" : "");
}
std::string Say(const CancelRequest& command) {
  return "cancel " + Text(command.request);
}
std::string Say(const DeleteGeneration& command) {
  return "delete generation " + Text(command.owner);
}
std::string Say(const DeleteFetch& command) {
  return "delete fetch " + command.uid;
}
std::string Say(const SyncJournal&) { return "sync journal"; }
std::string Say(const Announce& command) {
  return "announce " + Text(command.sequence) +
         (command.must_be_heard ? ", must be heard" : "");
}
std::string Say(const Deliver& command) {
  return "deliver " + command.uid + ", kind " +
         Text(static_cast<int64_t>(command.kind));
}
std::string Say(const Registered& command) {
  return "registered " + command.uid;
}
std::string Say(const Rejected& command) {
  return "rejected " + Text(command.token) + ", error " +
         Text(static_cast<int64_t>(command.error));
}
std::string Say(const AbortAnswered& command) {
  return "abort answered " + Text(command.token) +
         (command.is_aborted ? ": true" : ": false");
}
std::string Say(const PauseAnswered& command) {
  return "pause answered " + Text(command.token) +
         (command.is_active ? ": active" : ": not active");
}
std::string Say(const ReleaseAnswered& command) {
  return "release answered " + Text(command.token) +
         (command.is_released ? ": true" : ": false");
}

}  // namespace

std::string Describe(const Event& event) {
  return std::visit([](const auto& each) { return Say(each); }, event);
}

std::string Describe(const Command& command) {
  return std::visit([](const auto& each) { return Say(each); }, command);
}

}  // namespace background_fetch::simulation
