#pragma once
#include <memory>

#include "base/result.hpp"
#include "webrtc/gst_types.hpp"
#include "webrtc/newest_stream.hpp"

namespace tessera::webrtc {

/// Many streams of one sender in, the packets of the newest out, without linking anything anew: a pad that is
/// unlinked under a packet ends the whole way in. The element belongs to the pipeline and goes with it.
class StreamFunnel {
 public:
  /// `choice` is shared by the funnels of one kind of media.
  static Result<std::unique_ptr<StreamFunnel>> create(GstElement* pipeline,
                                                      std::shared_ptr<NewestStream> choice);

  /// From its first packet on `source` is the stream that is used. On its streaming thread.
  bool add(GstPad* source);
  [[nodiscard]] GstElement* element() const { return element_; }

 private:
  StreamFunnel(GstElement* element, std::shared_ptr<NewestStream> choice)
      : element_(element), choice_(std::move(choice)) {}

  GstElement* const element_;
  const std::shared_ptr<NewestStream> choice_;
};

}  // namespace tessera::webrtc
