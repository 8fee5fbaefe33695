#pragma once
// GstPromise as a callback on the control thread.

#include <functional>
#include <memory>
#include <string>

#include "base/loop.hpp"
#include "base/result.hpp"
#include "webrtc/gst_types.hpp"

namespace tessera::webrtc {

/// What a promise of webrtcbin carried: a description's text, statistics, or nothing (success without
/// content).
struct PromiseReply {
  std::string description;
  gst::Ptr<GstStructure> content;
};

/// A reply that is waited for: pass get() to the signal and keep this. Two things about webrtcbin (1.22)
/// shape it. A task that runs while the element goes to NULL may add transports that nobody stops any more:
/// so forget() the callback, wait() for the task, and only then set NULL. And a promise whose task was never
/// begun is dropped without a reply, which GStreamer minds: so the destructor ends it, once webrtcbin is
/// NULL.
class PendingReply {
 public:
  PendingReply() = default;
  /// `then` gets the reply on the loop's thread.
  PendingReply(Loop& loop, std::function<void(Result<PromiseReply>)> then);
  PendingReply(PendingReply&&) noexcept = default;
  PendingReply& operator=(PendingReply&& other) noexcept;  ///< only over one that has been replied to
  ~PendingReply() { end(); }
  void forget() { waiting_.reset(); }  ///< the callback does not come any more; on the loop's thread
  void wait();                         ///< until replied; on a thread that may block, while webrtcbin runs

  [[nodiscard]] GstPromise* get() const { return promise_.get(); }

 private:
  void end();
  gst::Ptr<GstPromise> promise_;
  std::shared_ptr<bool> waiting_;
};

}  // namespace tessera::webrtc
