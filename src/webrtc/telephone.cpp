#include "webrtc/telephone.hpp"

#include <fmt/format.h>

namespace tessera::webrtc {
namespace {

struct Parts {
  const char *depayloader, *decoder, *encoder, *payloader;
  int rate;  ///< samples per second
};

Parts parts_of(SoundCoding coding) {
  switch (coding) {
    case SoundCoding::g722:
      return {"rtpg722depay", "avdec_g722", "avenc_g722", "rtpg722pay", 16000};
    case SoundCoding::pcma:
      return {"rtppcmadepay", "alawdec", "alawenc", "rtppcmapay", 8000};
    case SoundCoding::pcmu:
    case SoundCoding::opus:
      break;
  }
  return {"rtppcmudepay", "mulawdec", "mulawenc", "rtppcmupay", 8000};
}

}  // namespace

// Frames of 20 ms, as browsers send them; no discontinuous transmission: what is silent is not lost.
std::string telephone_to_opus(SoundCoding coding) {
  const Parts parts = parts_of(coding);
  return fmt::format(
      "{} ! {} ! audioconvert ! audioresample ! audio/x-raw,rate=48000,channels=1 ! "
      "opusenc bitrate=48000 audio-type=voice frame-size=20 ! rtpopuspay pt=111",
      parts.depayloader, parts.decoder);
}

std::string opus_to_telephone(SoundCoding coding) {
  const Parts parts = parts_of(coding);
  return fmt::format("opusdec plc=false ! audioconvert ! audioresample ! audio/x-raw,rate={},channels=1 ! {}",
                     parts.rate, parts.encoder);
}

const char* telephone_payloader(SoundCoding coding) {
  return parts_of(coding).payloader;
}

}  // namespace tessera::webrtc
