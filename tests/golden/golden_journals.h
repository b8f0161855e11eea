// Journals that were written by some version of the format, with what they say.
// Their files are in journals/<name>; neither side is ever changed.

#ifndef BACKGROUND_FETCH_TESTS_GOLDEN_GOLDEN_JOURNALS_H_
#define BACKGROUND_FETCH_TESTS_GOLDEN_GOLDEN_JOURNALS_H_

#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "journal/entry.h"
#include "journal/journal.h"

namespace background_fetch {

struct GoldenJournal {
  std::string name;
  // Written in several lives of the journal, one segment each.
  std::vector<std::vector<Entry>> lives;
  // The last life begins with a compaction to what it holds.
  bool ends_with_snapshot = false;

  // What replay hands out.
  std::vector<Entry> Replayed() const {
    if (ends_with_snapshot) return lives.back();
    std::vector<Entry> entries;
    for (const auto& life : lives) {
      entries.insert(entries.end(), life.begin(), life.end());
    }
    return entries;
  }

  void WriteTo(Directory& directory) const {
    for (size_t i = 0; i < lives.size(); ++i) {
      Journal journal(directory);
      BF_CHECK(journal.Replay([](Entry&&) {}).ok());
      if (ends_with_snapshot && i + 1 == lives.size()) {
        BF_CHECK(journal.Compact([&](const auto& write) {
          for (const Entry& entry : lives[i]) write(entry);
        }) == ErrorCode::kOk);
        return;
      }
      for (const Entry& entry : lives[i]) {
        BF_CHECK(journal.Append(entry) == ErrorCode::kOk);
      }
    }
  }
};

// Version 1: a fetch of two records, one of them uploaded, with every option
// set; then its end.
inline std::vector<Entry> BeginningOfVersion1() {
  return {
      FetchBegun{
          .fetch = 1,
          .uid = "7d444840-9dc0-41d6-9b5c-2f8b1a1f2a10",
          .options = {.id = "atlas",
                      .title = "Atlas \xe2\x80\x94 S\xc3\xbc"
                               "d",
                      .icons = {{"https://maps.example.org/icon.png",
                                 "48x48 96x96", "image/png", "A compass"}},
                      .download_total = 9'007'199'254'740'991},
          .record_count = 2},
      RequestAdded{
          .fetch = 1,
          .request = {.url = "https://maps.example.org/south.tar?v=3",
                      .method = "GET",
                      .headers = {{"accept", "application/x-tar"},
                                  {"x-empty", ""}},
                      .mode = "cors",
                      .credentials = "include",
                      .cache = "no-cache",
                      .redirect = "manual",
                      .referrer = "https://maps.example.org/",
                      .referrer_policy = "strict-origin",
                      .integrity = "sha256-BpfBw7ivV8q2jLiT13fxDYAeGBg",
                      .body_length = 0}},
      RequestAdded{.fetch = 1,
                   .request = {.url = "https://maps.example.org/wish",
                               .method = "POST",
                               .headers = {},
                               .body_length = 70'000}},
      FetchSealed{.fetch = 1},
      RequestSent{.fetch = 1, .record = 1},
      GenerationBegun{.fetch = 1, .record = 0, .generation = 1},
      FetchPaused{.fetch = 1, .is_paused = true},
      FetchPaused{.fetch = 1, .is_paused = false},
  };
}

inline std::vector<Entry> EndOfVersion1() {
  return {
      RecordSettled{.fetch = 1,
                    .record = 0,
                    .generation = 1,
                    .reason = FailureReason::kNone,
                    .length = 5'000'000'000},
      RecordSettled{.fetch = 1,
                    .record = 1,
                    .generation = 0,
                    .reason = FailureReason::kBadStatus,
                    .length = 0},
      FetchSettled{.fetch = 1, .reason = FailureReason::kBadStatus},
      DeliveryBegun{.fetch = 1, .attempt = 1},
      FetchDelivered{.fetch = 1},
      FetchDropped{.fetch = 1},
  };
}

// Its app moves a record elsewhere, and has not ended when its worker does.
inline std::vector<Entry> TransferOfVersion1() {
  return {
      RecordSettled{.fetch = 1,
                    .record = 0,
                    .generation = 1,
                    .reason = FailureReason::kNone,
                    .length = 5'000'000'000},
      RecordSettled{.fetch = 1,
                    .record = 1,
                    .generation = 0,
                    .reason = FailureReason::kNone,
                    .length = 12},
      FetchSettled{.fetch = 1, .reason = FailureReason::kNone},
      DeliveryBegun{.fetch = 1, .attempt = 1},
      RecordReleased{.fetch = 1, .record = 0},
      DeliveryBegun{.fetch = 1, .attempt = 1},
  };
}

inline std::vector<GoldenJournal> GoldenJournals() {
  return {
      {.name = "version-1-log",
       .lives = {BeginningOfVersion1(), EndOfVersion1()}},
      {.name = "version-1-snapshot",
       .lives = {BeginningOfVersion1(), EndOfVersion1(), BeginningOfVersion1()},
       .ends_with_snapshot = true},
      {.name = "version-1-transfer",
       .lives = {BeginningOfVersion1(), TransferOfVersion1()}},
  };
}

}  // namespace background_fetch

#endif  // BACKGROUND_FETCH_TESTS_GOLDEN_GOLDEN_JOURNALS_H_
