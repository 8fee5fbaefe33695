#pragma once
// The texts that follow from a plan: the offer that webrtcbin is shown, and the answer in its two forms.

#include <string>
#include <vector>

#include "webrtc/answer_plan.hpp"

namespace tessera::webrtc {

/// The offer as webrtcbin may see it: only the accepted m-lines, only the chosen codecs, nothing that was not
/// read and understood.
std::string offer_for_webrtcbin(const AnswerPlan& plan);

/// What only webrtcbin can contribute to an answer.
struct LocalParameters {
  std::string ufrag, password, setup, fingerprint, cname;
  struct Media {
    std::vector<std::string> ssrc_lines;  ///< "ssrc:…" and "ssrc-group:…" attributes, without "a="
  };
  std::vector<Media> media;  ///< by webrtcbin's m-line number
};

/// Reads webrtcbin's own answer and checks that every m-line came out as planned: accepted, in the planned
/// direction, with the planned payload type. "internal" when not.
Result<LocalParameters> read_local_answer(const AnswerPlan& plan, std::string_view answer);

/// The answer that webrtcbin is given as its local description.
std::string answer_for_webrtcbin(const AnswerPlan& plan, const LocalParameters& local);

/// The answer for the client: refused m-lines in their places, and `candidates` ("candidate:…" lines) when
/// complete.
std::string answer_for_client(const AnswerPlan& plan, const LocalParameters& local,
                              const std::vector<std::string>& candidates, bool complete);

}  // namespace tessera::webrtc
