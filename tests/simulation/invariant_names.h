// What must hold, by name, and how a failure names what it is about.

#ifndef BACKGROUND_FETCH_TESTS_SIMULATION_INVARIANT_NAMES_H_
#define BACKGROUND_FETCH_TESTS_SIMULATION_INVARIANT_NAMES_H_

#include <string>
#include <string_view>

#include "engine/command.h"
#include "tests/simulation/simulated_server.h"

namespace background_fetch::simulation {

inline constexpr std::string_view kBytesOfOneVersion =
    "the bytes of a complete record are those of one version";
inline constexpr std::string_view kReadableIsStored =
    "what can be read of an open record is stored, and of one version";
inline constexpr std::string_view kDurableIsKept =
    "nothing reported durable is lost";
inline constexpr std::string_view kDownloadedIsStored =
    "downloaded is what is stored of records that count";
inline constexpr std::string_view kTotalHolds =
    "downloadTotal is never exceeded";
inline constexpr std::string_view kOneOutcome =
    "a fetch has exactly one outcome";
inline constexpr std::string_view kEverythingEnds =
    "what was registered ends in a kind world";
inline constexpr std::string_view kDeliveredOnce =
    "an outcome is delivered at least once";
inline constexpr std::string_view kNotAfterAcknowledged =
    "an outcome is not delivered after it was acknowledged";
inline constexpr std::string_view kAttemptsBounded =
    "an outcome is delivered at most kDeliveryAttemptsMax times from one "
    "release to the next";
inline constexpr std::string_view kAbortMeansAborted =
    "abort() answers true if and only if the outcome is aborted";
inline constexpr std::string_view kFailureIsEarned =
    "what one plain request could have finished is not failed";
inline constexpr std::string_view kNoOverlap =
    "no two requests for the same bytes at once";
inline constexpr std::string_view kReleasedIsKnown =
    "what the app has moved is gone, and nothing else";
inline constexpr std::string_view kConnectionsBounded =
    "connections are bounded";
inline constexpr std::string_view kNotAskedAgain =
    "stored bytes are not asked again";
inline constexpr std::string_view kKeptAfterCrash =
    "what can be gone on with after a crash is gone on with";
inline constexpr std::string_view kToldToWait =
    "whom a server told to wait waits";
inline constexpr std::string_view kRetriesSpaced =
    "what fails is asked for again later and later";
inline constexpr std::string_view kSameEnds =
    "what ends after the same byte every time is given up";
inline constexpr std::string_view kReceivedOnce =
    "bytes come twice only if the world lost them on their way";
inline constexpr std::string_view kUploadedIsAnswered =
    "uploaded is what was sent and answered";
inline constexpr std::string_view kSentOnce =
    "a request that must not be repeated is sent at most once";
inline constexpr std::string_view kKnownRequests =
    "commands name known requests";
inline constexpr std::string_view kClosedOnce =
    "every request is closed exactly once";
inline constexpr std::string_view kDeletedLate =
    "nothing is deleted before the delivery is acknowledged";
inline constexpr std::string_view kReadersReadOn =
    "what may still be being read is not deleted";
inline constexpr std::string_view kWholeIsWhole =
    "a body whose server says that it ends there is complete";
inline constexpr std::string_view kPausedIsQuiet =
    "nothing is asked for while a fetch is paused";
inline constexpr std::string_view kAnswersFit = "answers fit their questions";
inline constexpr std::string_view kPastTheCache =
    "what starts over is asked for past the HTTP cache";
inline constexpr std::string_view kNothingLeft = "nothing is left behind";

inline std::string Text(ByteRange range) {
  return "[" + std::to_string(range.begin) + ", " +
         (range.end == kEndless ? "end" : std::to_string(range.end)) + ")";
}

inline std::string Text(const ChunkOwner& owner) {
  return owner.uid + "/" + std::to_string(owner.record) + "/" +
         std::to_string(owner.generation);
}

}  // namespace background_fetch::simulation

#endif  // BACKGROUND_FETCH_TESTS_SIMULATION_INVARIANT_NAMES_H_
