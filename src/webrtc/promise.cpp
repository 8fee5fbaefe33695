#include "webrtc/promise.hpp"

namespace tessera::webrtc {
namespace {

struct Pending {
  Loop* loop;
  std::weak_ptr<bool> waiting;
  std::function<void(Result<PromiseReply>)> then;
};

Result<PromiseReply> read(const GstStructure* content) {
  PromiseReply reply;
  if (!content) return reply;
  GError* raw = nullptr;
  if (gst_structure_has_field(content, "error")) {
    gst_structure_get(content, "error", G_TYPE_ERROR, &raw, nullptr);
    const auto failure = gst::adopt(raw);
    return error("internal", "webrtcbin: {}", failure ? failure->message : "unknown error");
  }
  for (const char* kind : {"answer", "offer"}) {
    GstWebRTCSessionDescription* description = nullptr;
    if (!gst_structure_has_field(content, kind)) continue;
    gst_structure_get(content, kind, GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &description, nullptr);
    const auto owned = gst::adopt(description);
    const auto text = gst::adopt(owned ? gst_sdp_message_as_text(owned->sdp) : nullptr);
    if (text) reply.description = text.get();
  }
  reply.content = gst::adopt(gst_structure_copy(content));
  return reply;
}

// Runs on webrtcbin's own thread, where nothing may be done to it: hand over and return.
void on_change(GstPromise* promise, gpointer data) {
  auto& pending = *static_cast<Pending*>(data);
  if (gst_promise_wait(promise) != GST_PROMISE_RESULT_REPLIED || !pending.then) return;
  auto reply = std::make_shared<Result<PromiseReply>>(read(gst_promise_get_reply(promise)));
  pending.loop->post([then = std::move(pending.then), waiting = pending.waiting, reply] {
    if (waiting.lock()) then(std::move(*reply));
  });
}

}  // namespace

PendingReply::PendingReply(Loop& loop, std::function<void(Result<PromiseReply>)> then)
    : waiting_(std::make_shared<bool>(true)) {
  promise_ =
      gst::adopt(gst_promise_new_with_change_func(on_change, new Pending{&loop, waiting_, std::move(then)},
                                                  [](gpointer data) { delete static_cast<Pending*>(data); }));
}

PendingReply& PendingReply::operator=(PendingReply&& other) noexcept {
  if (this != &other) {
    end();
    promise_ = std::move(other.promise_);
    waiting_ = std::move(other.waiting_);
  }
  return *this;
}

void PendingReply::wait() {
  if (promise_) gst_promise_wait(promise_.get());
}

void PendingReply::end() {
  waiting_.reset();
  if (promise_) gst_promise_expire(promise_.get());
  promise_.reset();
}

}  // namespace tessera::webrtc
