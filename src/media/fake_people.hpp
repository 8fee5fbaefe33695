#pragma once
// People who are not there: a numbered, coloured crowd that shows what a layout does without a meeting.

#include <string>

#include "gst/ptr.hpp"
#include "layout/solver.hpp"

namespace tessera::media {

struct FakeCrowd {
  int participants = 5;
  bool screen = false;    ///< the first one shares a screen
  int speaking = 1;       ///< whose floor it is, from 1; 0: nobody's
  int pinned = 0;         ///< from 1; 0: nobody
  bool portrait = false;  ///< every third camera is upright
};

/// Somebody of the crowd, from 1. Names come from several scripts; some are muted, have a hand up or no
/// camera.
struct FakePerson {
  std::string name;
  bool muted = false, hand = false, camera_off = false;
};
FakePerson fake_person(int number);

/// The crowd as the solver takes it: ids "p1", "p2" …; the first is an operator.
layout::Situation fake_situation(const FakeCrowd& crowd);
/// The number of a person of fake_situation().
int number_of(const std::string& id);

/// What their cameras would send: a figure before a colour of its own, and the number. Raw I420.
gst::Ptr<GstSample> fake_camera(int number, int width, int height);
/// A document with lines of text and a chart, framed to its very edge, so that a crop would show.
gst::Ptr<GstSample> fake_screen(int width, int height);

}  // namespace tessera::media
