// Every shipped layout as it was when somebody last looked at it and found it right. One sheet per layout and
// shape of canvas: columns are crowds, the lower row has a screen shared. After a wanted change:
//   TESSERA_UPDATE_GOLDEN=1 build/release/tests/integration_media --gtest_filter='*Golden*'   and look at
//   them.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "config/layouts.hpp"
#include "media/preview.hpp"

namespace tessera::media {
namespace {

namespace fs = std::filesystem;

constexpr int crowds[] = {1, 2, 3, 5, 9, 16, 25};
constexpr int columns = static_cast<int>(std::size(crowds));
const std::string shipped = TESSERA_SOURCE_DIR "/layouts";

struct Ratio {
  const char* name;
  int width, height;
};
constexpr Ratio ratios[] = {{"16x9", 320, 180}, {"4x3", 240, 180}, {"9x16", 180, 320}};

struct Case {
  std::string layout;
  Ratio ratio;
};
std::ostream& operator<<(std::ostream& out, const Case& one) {
  return out << one.layout << " at " << one.ratio.name;
}
std::vector<Case> cases() {
  std::vector<Case> all;
  const auto layouts = config::Layouts::load(shipped);
  for (const auto& name : layouts ? layouts->names() : std::vector<std::string>{})
    for (const auto& ratio : ratios) all.push_back({name, ratio});
  return all;
}

struct Pixels {
  CairoSurface surface;
  [[nodiscard]] int width() const { return cairo_image_surface_get_width(surface.get()); }
  [[nodiscard]] int height() const { return cairo_image_surface_get_height(surface.get()); }
  [[nodiscard]] std::uint32_t& at(int x, int y) const {
    return reinterpret_cast<std::uint32_t*>(cairo_image_surface_get_data(surface.get()) +
                                            y * cairo_image_surface_get_stride(surface.get()))[x];
  }
};
Pixels blank(int width, int height) {
  Pixels made{CairoSurface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height))};
  cairo_surface_flush(made.surface.get());
  return made;
}

int distance(std::uint32_t a, std::uint32_t b) {
  int most = 0;
  for (const int shift : {0, 8, 16})
    most =
        std::max(most, std::abs(static_cast<int>(a >> shift & 0xff) - static_cast<int>(b >> shift & 0xff)));
  return most;
}

/// Whether something of the other picture's 3×3 neighbourhood is near: a glyph that another version of a font
/// library puts half a pixel aside is the same glyph.
bool near_enough(const Pixels& in, int x, int y, std::uint32_t color) {
  for (int dy = -1; dy <= 1; ++dy)
    for (int dx = -1; dx <= 1; ++dx) {
      const int nx = x + dx, ny = y + dy;
      if (nx >= 0 && ny >= 0 && nx < in.width() && ny < in.height() && distance(in.at(nx, ny), color) <= 32)
        return true;
    }
  return false;
}

void write(const Pixels& picture, const fs::path& path) {
  cairo_surface_mark_dirty(picture.surface.get());
  fs::create_directories(path.parent_path());
  ASSERT_EQ(cairo_surface_write_to_png(picture.surface.get(), path.c_str()), CAIRO_STATUS_SUCCESS) << path;
}

class Golden : public testing::TestWithParam<Case> {
 protected:
  static constexpr int rows = 2;

  Pixels draw() const {
    const auto& [name, ratio] = GetParam();
    const auto layouts = config::Layouts::load(shipped);
    Pixels sheet = blank(columns * ratio.width, rows * ratio.height);
    for (int row = 0; row < rows; ++row)
      for (int column = 0; column < columns; ++column) {
        PreviewSpec spec{ratio.width, ratio.height, {crowds[column], row == 1, 1, 0, true}};
        const auto cell = draw_preview(*layouts->find(name), shipped, spec);
        if (!cell) {
          ADD_FAILURE() << cell.error().message;
          return sheet;
        }
        const CairoContext cairo(cairo_create(sheet.surface.get()));
        cairo_set_source_surface(cairo.get(), cell->get(), column * ratio.width, row * ratio.height);
        cairo_paint(cairo.get());
      }
    cairo_surface_flush(sheet.surface.get());
    return sheet;
  }
};

TEST_P(Golden, LooksAsItDid) {
  const auto& [name, ratio] = GetParam();
  const std::string file = name + "-" + ratio.name + ".png";
  const fs::path path = fs::path(TESSERA_SOURCE_DIR "/tests/golden") / file;
  const Pixels now = draw();
  if (std::getenv("TESSERA_UPDATE_GOLDEN")) return write(now, path);
  const Pixels golden{CairoSurface(cairo_image_surface_create_from_png(path.c_str()))};
  ASSERT_EQ(cairo_surface_status(golden.surface.get()), CAIRO_STATUS_SUCCESS) << path;
  ASSERT_EQ(golden.width(), now.width());
  ASSERT_EQ(golden.height(), now.height());

  // Left dark where both agree, red where they do not.
  Pixels difference = blank(now.width(), now.height());
  std::string wrong;
  for (int row = 0; row < rows; ++row)
    for (int column = 0; column < columns; ++column) {
      int unlike = 0;
      for (int y = row * ratio.height; y < (row + 1) * ratio.height; ++y)
        for (int x = column * ratio.width; x < (column + 1) * ratio.width; ++x) {
          const bool same =
              near_enough(golden, x, y, now.at(x, y)) && near_enough(now, x, y, golden.at(x, y));
          difference.at(x, y) = same ? (now.at(x, y) >> 2 & 0x3f3f3f) : 0xff3030;
          unlike += same ? 0 : 1;
        }
      // Anti-aliasing and other fonts' widths stay below this; a name plate elsewhere does not.
      if (unlike * 200 > ratio.width * ratio.height)
        wrong += fmt::format("{} people{}: {} pixels differ; ", crowds[column],
                             row == 1 ? " with a screen" : "", unlike);
    }
  if (wrong.empty()) return;
  const fs::path left = fs::path(testing::TempDir()) / "tessera-golden" / file;
  write(difference, left);
  write(now, left.parent_path() / ("now-" + file));
  FAIL() << wrong << "the difference is in " << left;
}

INSTANTIATE_TEST_SUITE_P(Shipped, Golden, testing::ValuesIn(cases()), [](const auto& test) {
  std::string name = test.param.layout + "_" + test.param.ratio.name;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(GoldenPictures, ThereIsOneForEveryShippedLayoutAndNoOther) {
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(TESSERA_SOURCE_DIR "/tests/golden"))
    files += entry.is_regular_file();
  EXPECT_EQ(files, cases().size());
  EXPECT_EQ(cases().size(), 21u);
}

}  // namespace
}  // namespace tessera::media
