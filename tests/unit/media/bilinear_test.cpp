#include "media/bilinear.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace tessera::media {
namespace {

struct Picture {
  int width, height;
  std::vector<std::uint8_t> bytes;  ///< no more than the pixels: a sanitizer sees what is read beside them

  Picture(int w, int h)
      : width(w), height(h), bytes(static_cast<std::size_t>(w) * static_cast<std::size_t>(h)) {}
  std::uint8_t& at(int x, int y) {
    return bytes[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)];
  }
};

Picture noise(int width, int height, unsigned seed) {
  Picture picture(width, height);
  std::minstd_rand random(seed);
  for (auto& byte : picture.bytes) byte = static_cast<std::uint8_t>(random() >> 8);
  return picture;
}

ScaledAxis all(int source, int dest) {
  return {.start = 0, .source = source, .limit = source, .dest = dest, .first = 0, .count = dest};
}

Picture scaled(const ScaledAxis& across, const ScaledAxis& down, Picture& from,
               Bilinear::Kernel kernel = Bilinear::Kernel::best) {
  Picture to(across.count, down.count);
  Bilinear(across, down, kernel).scale(to.bytes.data(), to.width, from.bytes.data(), from.width);
  return to;
}

/// The definition, in floating point.
double exact(Picture& from, const ScaledAxis& across, const ScaledAxis& down, int x, int y) {
  const auto place = [](const ScaledAxis& axis, int i) {
    const double centre = axis.start + (axis.first + i + 0.5) * axis.source / axis.dest - 0.5;
    return std::clamp(centre, 0.0, axis.limit - 1.0);
  };
  const double px = place(across, x), py = place(down, y);
  const int x0 = static_cast<int>(px), y0 = static_cast<int>(py);
  const int x1 = std::min(x0 + 1, from.width - 1), y1 = std::min(y0 + 1, from.height - 1);
  const double fx = px - x0, fy = py - y0;
  return (from.at(x0, y0) * (1 - fx) + from.at(x1, y0) * fx) * (1 - fy) +
         (from.at(x0, y1) * (1 - fx) + from.at(x1, y1) * fx) * fy;
}

struct Size {
  int from_width, from_height, to_width, to_height;
};
class Sizes : public testing::TestWithParam<Size> {};

TEST_P(Sizes, EveryPixelIsWhatTheDefinitionSays) {
  const auto [fw, fh, tw, th] = GetParam();
  Picture from = noise(fw, fh, 7);
  const auto across = all(fw, tw), down = all(fh, th);
  Picture to = scaled(across, down, from);
  // Positions are off by 1/128 of a pixel at most in either direction: of 255, that is two each.
  double worst = 0, sum = 0;
  for (int y = 0; y < th; ++y)
    for (int x = 0; x < tw; ++x) {
      const double off = std::abs(exact(from, across, down, x, y) - to.at(x, y));
      worst = std::max(worst, off);
      sum += off;
    }
  EXPECT_LE(worst, 4.6);
  EXPECT_LE(sum / (tw * th), 0.8);
}

TEST_P(Sizes, BothKernelsGiveTheSameBytes) {
  const auto [fw, fh, tw, th] = GetParam();
  Picture from = noise(fw, fh, 11);
  EXPECT_EQ(scaled(all(fw, tw), all(fh, th), from).bytes,
            scaled(all(fw, tw), all(fh, th), from, Bilinear::Kernel::portable).bytes);
}

TEST_P(Sizes, APlainPictureStaysPlain) {
  const auto [fw, fh, tw, th] = GetParam();
  for (const int value : {0, 1, 16, 127, 235, 255}) {
    Picture from(fw, fh);
    std::fill(from.bytes.begin(), from.bytes.end(), static_cast<std::uint8_t>(value));
    const Picture to = scaled(all(fw, tw), all(fh, th), from);
    EXPECT_EQ(to.bytes, std::vector<std::uint8_t>(to.bytes.size(), static_cast<std::uint8_t>(value)));
  }
}

INSTANTIATE_TEST_SUITE_P(Bilinear, Sizes,
                         testing::Values(Size{640, 360, 628, 349}, Size{640, 360, 320, 180},
                                         Size{320, 180, 314, 175}, Size{320, 180, 1280, 720},
                                         Size{640, 360, 640, 180}, Size{640, 360, 100, 60},
                                         Size{16, 16, 17, 15}, Size{17, 9, 8, 8}, Size{15, 15, 40, 40},
                                         Size{1, 1, 33, 7}, Size{2, 2, 1, 1}, Size{33, 1, 16, 1},
                                         Size{101, 57, 99, 113}, Size{640, 1, 73, 2}));

#ifdef __x86_64__
TEST(Bilinear, TakesTheFastKernelWhereThereIsOne) {
  const bool able = __builtin_cpu_supports("ssse3");
  EXPECT_EQ(Bilinear(all(640, 628), all(360, 349)).is_fast(), able);
  EXPECT_EQ(Bilinear(all(320, 160), all(180, 90)).is_fast(), able);
  EXPECT_FALSE(Bilinear(all(640, 628), all(360, 349), Bilinear::Kernel::portable).is_fast());
}
#endif

TEST(Bilinear, TheSameSizeIsACopy) {
  Picture from = noise(83, 41, 3);
  EXPECT_EQ(scaled(all(83, 83), all(41, 41), from).bytes, from.bytes);
}

TEST(Bilinear, HalfTheSizeIsTheMeanOfFour) {
  Picture from = noise(64, 32, 5);
  Picture to = scaled(all(64, 32), all(32, 16), from);
  for (int y = 0; y < 16; ++y)
    for (int x = 0; x < 32; ++x) {
      const int sum = from.at(2 * x, 2 * y) + from.at(2 * x + 1, 2 * y) + from.at(2 * x, 2 * y + 1) +
                      from.at(2 * x + 1, 2 * y + 1);
      EXPECT_NEAR(to.at(x, y), sum / 4.0, 0.51) << x << "," << y;
    }
}

TEST(Bilinear, AWindowIsThatPartOfTheWhole) {
  Picture from = noise(200, 120, 9);
  Picture whole = scaled(all(200, 150), all(120, 99), from);
  ScaledAxis across = all(200, 150), down = all(120, 99);
  across.first = 13, across.count = 101;
  down.first = 40, down.count = 50;
  Picture part = scaled(across, down, from);
  for (int y = 0; y < 50; ++y)
    for (int x = 0; x < 101; ++x) EXPECT_EQ(part.at(x, y), whole.at(x + 13, y + 40)) << x << "," << y;
}

TEST(Bilinear, ACroppedSourceBeginsWhereItIsCropped) {
  Picture from = noise(200, 120, 13);
  const ScaledAxis across{.start = 52, .source = 96, .limit = 200, .dest = 120, .first = 0, .count = 120};
  const ScaledAxis down{.start = 10, .source = 100, .limit = 120, .dest = 90, .first = 0, .count = 90};
  Picture to = scaled(across, down, from);
  double sum = 0;
  for (int y = 0; y < 90; ++y)
    for (int x = 0; x < 120; ++x) sum += std::abs(exact(from, across, down, x, y) - to.at(x, y));
  EXPECT_LE(sum / (120 * 90), 0.8);
}

TEST(Bilinear, AFrameDoesNotShowTheOneBefore) {
  Picture first = noise(64, 64, 1), second = noise(64, 64, 2);
  Bilinear scaler(all(64, 48), all(64, 48));
  Picture to(48, 48);
  scaler.scale(to.bytes.data(), 48, first.bytes.data(), 64);
  scaler.scale(to.bytes.data(), 48, second.bytes.data(), 64);
  EXPECT_EQ(to.bytes, scaled(all(64, 48), all(64, 48), second).bytes);
}

}  // namespace
}  // namespace tessera::media
