#include "fetch/background_fetch.h"

#include <iterator>
#include <utility>

#include "base/check.h"

namespace background_fetch {

BackgroundFetch::BackgroundFetch(std::string uid, FetchOptions options,
                                 std::vector<RequestInfo> requests)
    : uid_(std::move(uid)),
      options_(std::move(options)),
      // All at once: what may grow is more code.
      records_(std::make_move_iterator(requests.begin()),
               std::make_move_iterator(requests.end())) {
  for (const Record& each : records_) {
    upload_total_ += each.info().body_length;
  }
}

Record& BackgroundFetch::record(uint32_t index) {
  BF_CHECK(index < records_.size());
  return records_[index];
}

const Record& BackgroundFetch::record(uint32_t index) const {
  BF_CHECK(index < records_.size());
  return records_[index];
}

bool BackgroundFetch::AddDownloaded(int64_t bytes) {
  downloaded_ += bytes;
  if (!IsTotalExceeded()) return true;
  downloaded_ -= bytes;
  return false;
}

void BackgroundFetch::Recount() {
  downloaded_ = 0;
  uploaded_ = 0;
  answers_ = settled_records_;
  for (const Record& each : records_) {
    if (each.IsSettled() && !each.IsVoid()) {
      uploaded_ += each.info().body_length;
    }
    downloaded_ += each.DownloadedBytes();
    if (each.IsHeadStored()) CountAnswer();
    // Only what was answered has a head, or begins anew.
    is_answered |= each.IsHeadStored() || each.generation() > 0;
  }
}

bool BackgroundFetch::IsTotalExceeded() const {
  return options_.download_total != 0 && downloaded_ > options_.download_total;
}

FailureReason BackgroundFetch::first_failure() const {
  return first_failed_record_ ? records_[*first_failed_record_].reason()
                              : FailureReason::kNone;
}

void BackgroundFetch::SettleRecord(uint32_t index, FailureReason reason,
                                   int64_t length, TimeMs now) {
  Record& settled = record(index);
  const int64_t before = settled.DownloadedBytes();
  settled.Settle(reason, length);
  downloaded_ += settled.DownloadedBytes() - before;
  ++settled_records_;
  CountAnswer();
  if (reason == FailureReason::kNone) return;
  if (!first_failed_record_ ||
      (now == first_failed_at_ && index < *first_failed_record_)) {
    first_failed_record_ = index;
    first_failed_at_ = now;
  }
}

void BackgroundFetch::ReopenRecord(uint32_t index) {
  record(index).Reopen();
  --settled_records_;
}

void BackgroundFetch::RetryNow() {
  for (uint32_t index : open_records) record(index).RetryNow();
}

void BackgroundFetch::Settle(FailureReason reason) {
  reason_ = reason;
  downloaded_ = 0;
  for (const Record& each : records_) {
    if (each.IsSettled()) downloaded_ += each.DownloadedBytes();
  }
  // Of bytes that are elsewhere a damaged journal may say anything.
  if (IsTotalExceeded()) {
    downloaded_ = options_.download_total;
  }
}

}  // namespace background_fetch
