#include "fetch/types.h"

#include "base/check.h"

namespace background_fetch {

std::string_view ToString(FailureReason reason) {
  switch (reason) {
    case FailureReason::kNone:
      return "";
    case FailureReason::kAborted:
      return "aborted";
    case FailureReason::kBadStatus:
      return "bad-status";
    case FailureReason::kFetchError:
      return "fetch-error";
    case FailureReason::kQuotaExceeded:
      return "quota-exceeded";
    case FailureReason::kDownloadTotalExceeded:
      return "download-total-exceeded";
  }
  BF_CHECK(false);
}

std::string_view ToString(FetchResult result) {
  switch (result) {
    case FetchResult::kNone:
      return "";
    case FetchResult::kSuccess:
      return "success";
    case FetchResult::kFailure:
      return "failure";
  }
  BF_CHECK(false);
}

}  // namespace background_fetch
