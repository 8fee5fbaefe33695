#include "webrtc/stream_funnel.hpp"

#include "gst/element.hpp"

namespace tessera::webrtc {
namespace {

// One stream's place; lives as long as its pad of the funnel.
struct Place {
  std::shared_ptr<NewestStream> choice;
  int stream;
};

GstPadProbeReturn on_data(GstPad*, GstPadProbeInfo* info, gpointer data) {
  const auto& place = *static_cast<Place*>(data);
  // A stream ends with its SSRC; what comes after it in the pipeline goes on with the next.
  if (info->type & GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM)
    return GST_EVENT_TYPE(GST_PAD_PROBE_INFO_EVENT(info)) == GST_EVENT_EOS ? GST_PAD_PROBE_DROP
                                                                           : GST_PAD_PROBE_OK;
  return place.choice->admits(place.stream, gst::now()) ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
}

}  // namespace

Result<std::unique_ptr<StreamFunnel>> StreamFunnel::create(GstElement* pipeline,
                                                           std::shared_ptr<NewestStream> choice) {
  auto funnel = gst::make("funnel");
  if (!funnel) return funnel.error();
  gst_bin_add(GST_BIN(pipeline), funnel->get());
  return std::unique_ptr<StreamFunnel>(new StreamFunnel(funnel->get(), std::move(choice)));
}

bool StreamFunnel::add(GstPad* source) {
  const auto sink = gst::adopt(gst_element_request_pad_simple(element_, "sink_%u"));
  if (!sink) return false;
  gst_pad_add_probe(sink.get(),
                    static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST |
                                                 GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM),
                    on_data, new Place{choice_, choice_->add(gst::now())},
                    [](gpointer place) { delete static_cast<Place*>(place); });
  return gst_pad_link(source, sink.get()) == GST_PAD_LINK_OK;
}

}  // namespace tessera::webrtc
