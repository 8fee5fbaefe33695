#pragma once
// GstPromise as a callback on the control thread.

#include <functional>
#include <memory>
#include <string>

#include "base/loop.hpp"
#include "base/result.hpp"
#include "webrtc/gst_types.hpp"

namespace tessera::webrtc {

/// What a promise of webrtcbin carried: a description's text, statistics, or nothing (success without content).
struct PromiseReply {
  std::string description;
  gst::Ptr<GstStructure> content;
};

/// A reply that is waited for: pass get() to the signal and keep this. webrtcbin drops the promises of tasks that it
/// did not get to, and GStreamer minds that, so they are ended here; but it also minds a reply to an ended promise.
/// Hence two steps: forget() stops the callback; destruction, once webrtcbin is NULL, ends the promise.
class PendingReply {
 public:
  PendingReply() = default;
  /// `then` gets the reply on the loop's thread.
  PendingReply(Loop& loop, std::function<void(Result<PromiseReply>)> then);
  PendingReply(PendingReply&&) noexcept = default;
  PendingReply& operator=(PendingReply&& other) noexcept;  ///< only over one that has been replied to
  ~PendingReply() { end(); }
  void forget() { waiting_.reset(); }

  [[nodiscard]] GstPromise* get() const { return promise_.get(); }

 private:
  void end();
  gst::Ptr<GstPromise> promise_;
  std::shared_ptr<bool> waiting_;
};

}  // namespace tessera::webrtc
