#include "media/fake_people.hpp"

#include <array>
#include <cmath>
#include <cstdlib>
#include <numbers>

#include "media/frame.hpp"
#include "media/pen.hpp"

namespace tessera::media {
namespace {

constexpr std::array names = {"Ada Lovelace",   "Grace Hopper",  "王小明",   "محمد الخوارزمي",
                              "Alan Turing",    "Noether, Emmy", "山田太郎", "Hedy 🙂",
                              "Κατερίνα",       "Radia Perlman", "שרה כהן",  "Jean Bartik",
                              "Barbara Liskov", "Łukasz Żółć",   "김민준"};

/// Colours far apart for neighbours: the hue goes round by the golden angle.
std::uint32_t color_of(int number, double lightness) {
  const double hue = std::fmod(number * 137.508, 360.0), saturation = 0.5;
  const double amplitude = saturation * std::min(lightness, 1 - lightness);
  const auto channel = [&](double offset) {
    const double k = std::fmod(offset + hue / 30, 12.0);
    return static_cast<std::uint32_t>(
        std::lround(255 * (lightness - amplitude * std::max(-1.0, std::min({k - 3, 9 - k, 1.0})))));
  };
  return channel(0) << 16 | channel(8) << 8 | channel(4);
}

gst::Ptr<GstSample> sample_of(cairo_surface_t* surface, int width, int height) {
  GstVideoInfo info = i420_info(width, height);
  auto buffer = gst::adopt(gst_buffer_new_allocate(nullptr, info.size, nullptr));
  {
    MappedFrame frame(info, buffer.get(), GST_MAP_WRITE);
    if (frame) paint(surface, frame.get());
  }
  const auto caps = gst::adopt(gst_video_info_to_caps(&info));
  return gst::adopt(gst_sample_new(buffer.get(), caps.get(), nullptr, nullptr));
}

}  // namespace

FakePerson fake_person(int number) {
  FakePerson person;
  const auto index = static_cast<std::size_t>(number - 1);
  person.name = names[index % names.size()];
  if (index >= names.size()) person.name += " " + std::to_string(index / names.size() + 1);
  person.muted = number % 4 == 3;
  person.hand = number % 9 == 4;
  person.camera_off = number % 7 == 5;
  return person;
}

layout::Situation fake_situation(const FakeCrowd& crowd) {
  layout::Situation situation;
  for (int number = 1; number <= crowd.participants; ++number) {
    layout::Person person;
    person.id = "p" + std::to_string(number);
    person.joined = number;
    person.role = number == 1 ? "operator" : "speaker";
    person.kind = fake_person(number).camera_off ? layout::Kind::audio_only : layout::Kind::camera;
    person.hand = fake_person(number).hand;
    person.pinned = number == crowd.pinned;
    person.width = 1280, person.height = 720;
    if (crowd.portrait && number % 3 == 0) std::swap(person.width, person.height);
    situation.people.push_back(person);
  }
  if (crowd.screen && crowd.participants > 0) {
    layout::Person screen = situation.people.front();
    screen.kind = layout::Kind::screen;
    screen.width = 1920, screen.height = 1080;
    situation.people.push_back(screen);
  }
  if (crowd.speaking > 0) situation.floor = "p" + std::to_string(crowd.speaking);
  return situation;
}

int number_of(const std::string& id) {
  return id.size() > 1 ? std::atoi(id.c_str() + 1) : 0;
}

gst::Ptr<GstSample> fake_camera(int number, int width, int height) {
  const auto surface = new_surface(width, height);
  const CairoContext context(cairo_create(surface.get()));
  cairo_t* cairo = context.get();
  set_source(cairo, color_of(number, 0.42));
  cairo_paint(cairo);
  const double unit = std::min(width, height), x = width / 2.0, base = height;
  set_source(cairo, color_of(number, 0.62));
  cairo_arc(cairo, x, base, unit * 0.38, std::numbers::pi, 2 * std::numbers::pi);  // shoulders
  cairo_fill(cairo);
  cairo_arc(cairo, x, base - unit * 0.52, unit * 0.2, 0, 2 * std::numbers::pi);  // head
  cairo_fill(cairo);
  const TextLayout text = make_text(cairo, std::to_string(number), unit * 0.24, width, true);
  const TextSize size = size_of(text.get());
  cairo_move_to(cairo, x - size.width / 2.0, base - unit * 0.52 - size.height / 2.0);
  set_source(cairo, 0xffffff);
  pango_cairo_show_layout(cairo, text.get());
  return sample_of(surface.get(), width, height);
}

gst::Ptr<GstSample> fake_screen(int width, int height) {
  const auto surface = new_surface(width, height);
  const CairoContext context(cairo_create(surface.get()));
  cairo_t* cairo = context.get();
  set_source(cairo, 0xf4f6f8);
  cairo_paint(cairo);
  const double unit = height / 36.0;
  set_source(cairo, 0x3a4a5c);
  cairo_rectangle(cairo, 0, 0, width, 4 * unit);  // a title bar
  cairo_fill(cairo);
  for (int line = 0; line < 11; ++line) {
    set_source(cairo, 0x9aa7b4);
    cairo_rectangle(cairo, 3 * unit, (7 + 2.4 * line) * unit, (20 + (line * 7) % 9) * unit, unit);
    cairo_fill(cairo);
  }
  for (int bar = 0; bar < 5; ++bar) {
    set_source(cairo, color_of(bar + 1, 0.5));
    const double tall = (6 + (bar * 11) % 17) * unit;
    cairo_rectangle(cairo, width - (23 - 4 * bar) * unit, height - 4 * unit - tall, 3 * unit, tall);
    cairo_fill(cairo);
  }
  set_source(cairo, 0xd03030);
  cairo_set_line_width(cairo, unit);
  cairo_rectangle(cairo, unit / 2, unit / 2, width - unit, height - unit);
  cairo_stroke(cairo);
  return sample_of(surface.get(), width, height);
}

}  // namespace tessera::media
