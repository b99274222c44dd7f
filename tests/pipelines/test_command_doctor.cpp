// SPDX-License-Identifier: MIT
#include <cstdlib>

#include "fovea/bundle/default_model.h"
#include "fovea/core/json.h"
#include "label_test.h"

namespace fs = std::filesystem;
using fovea_test::CommandRun;
using fovea_test::LabelCommand;
using fovea_test::run_fovea;
using fovea_test::write_text;

TEST_F(LabelCommand, DoctorNamesVersionsAndElements)
{
    const CommandRun run = run_fovea({"doctor"});
    EXPECT_EQ(run.exit_code, 0) << run.out;
    for (const char *word : {"GStreamer", "LibTorch", "OpenCV", "BLAS", "foveadetect", "foveapose",
                             "mqtt", "kafka", "http", fovea::default_model})
        EXPECT_NE(run.out.find(word), std::string::npos) << word;
}

TEST_F(LabelCommand, DoctorTriesTheLibraryThatThePluginLoadsLate)
{
    const fs::path built = std::getenv("GST_PLUGIN_PATH_1_0");
    fs::create_directory(at("own"));
    fs::copy(built / "libgstfovea.so", at("own"));
    write_text(at("own/libfovea-torch.so"), "no library");
    EXPECT_NE(run_fovea({"doctor"}).out.find("libfovea-torch.so        ok"), std::string::npos);
    const CommandRun run = run_fovea({"doctor"}, {{"GST_PLUGIN_PATH_1_0", at("own").string()},
                                                  {"GST_REGISTRY", at("registry.bin").string()},
                                                  {"LD_LIBRARY_PATH", built.string()}});
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_NE(run.out.find("foveafeatures            ok"), std::string::npos) << run.out;
    EXPECT_NE(run.out.find("libfovea-torch.so        MISSING"), std::string::npos) << run.out;
    EXPECT_NE(run.out.find("ninja -C build runtime"), std::string::npos) << run.out;
}

TEST_F(LabelCommand, DoctorSaysWhatIsWrongWithTheDefaultModelsCard)
{
    const fs::path folder = at(fovea::default_model);
    fs::copy(fs::path(std::getenv("FOVEA_MODEL_PATH")) / fovea::default_model, folder);
    fovea::Json card = fovea::read_json(folder / "card.json");
    card["pose"] = "movenet-lightnin";
    write_text(folder / "card.json", card.dump());
    const CommandRun run = run_fovea({"doctor"}, {{"FOVEA_MODEL_PATH", at("").string()}});
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_NE(
        run.out.find("entry 'pose' is 'movenet-lightnin', expected a model that finds keypoints"),
        std::string::npos)
        << run.out;
}

TEST_F(LabelCommand, DoctorWithoutThePluginSaysSoAndFails)
{
    const CommandRun run = run_fovea({"doctor"}, {{"GST_PLUGIN_PATH_1_0", at("nowhere").string()},
                                                  {"GST_REGISTRY", at("registry.bin").string()}});
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_NE(run.out.find("no libgstfovea.so"), std::string::npos) << run.out;
}
