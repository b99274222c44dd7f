// SPDX-License-Identifier: MIT
#include "commands/doctor.h"

#include <array>
#include <cstdio>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <gst/gst.h>

#include "fovea/bench/machine.h"
#include "fovea/bundle/default_model.h"
#include "fovea/bundle/open_model.h"
#include "fovea/core/errors.h"
#include "fovea/core/printable.h"
#include "fovea/detect/opencv_version.h"
#include "fovea/engine/engine_info.h"
#include "fovea/late/torch_library.h"
#include "fovea/publish/publisher.h"

namespace fovea {

namespace {

enum class Need { Required, Wanted };

/** \brief Tells findings line by line and remembers whether all that is required is there */
class Report
{
public:
    static void heading(const char *text) { std::printf("\n%s\n", text); }

    static void fact(const char *name, const std::string &value)
    {
        std::printf("  %-16s %s\n", name, value.c_str());
    }

    void check(const std::string &name, bool good, Need need, const std::string &remedy)
    {
        const char *word = good ? "ok" : need == Need::Required ? "MISSING" : "missing";
        std::printf("  %-24s %s%s%s\n", printable(name).c_str(), word,
                    good || remedy.empty() ? "" : ": ", good ? "" : printable(remedy).c_str());
        good_ = good_ && (good || need == Need::Wanted);
    }

    bool good() const { return good_; }

private:
    bool good_ = true;
};

struct Requirement {
    const char *element;
    Need need;
    const char *remedy;
};

constexpr const char *base = "apt-get install gstreamer1.0-plugins-base";
constexpr const char *good = "apt-get install gstreamer1.0-plugins-good";
constexpr const char *ugly = "apt-get install gstreamer1.0-plugins-ugly (for label --video)";
constexpr const char *libav = "apt-get install gstreamer1.0-libav";

constexpr std::array<const char *, 13> own_elements = {
    "foveacamera", "foveadetect",   "foveatrack",     "foveapose",  "foveaactor",
    "foveagrid",   "foveafeatures", "foveaattention", "foveaalarm", "foveaoverlay",
    "foveadump",   "foveapublish",  "foveahighlight"};

constexpr std::array<Requirement, 16> foreign_elements = {
    {{"filesrc", Need::Required, "apt-get install libgstreamer1.0-0"},
     {"decodebin", Need::Required, base},
     {"videoconvert", Need::Required, base},
     {"videoscale", Need::Wanted, base},
     {"audioconvert", Need::Wanted, base},
     {"audioresample", Need::Wanted, base},
     {"qtdemux", Need::Required, good},
     {"videoflip", Need::Required, good},
     {"parsebin", Need::Wanted, base},
     {"mp4mux", Need::Wanted, good},
     {"rtspsrc", Need::Wanted, good},
     {"souphttpsrc", Need::Wanted, good},
     {"v4l2src", Need::Wanted, good},
     {"avenc_aac", Need::Wanted, libav},
     {"x264enc", Need::Wanted, ugly},
     {"matroskademux", Need::Wanted, good}}};

bool can_make(const char *name)
{
    GstElement *element = gst_element_factory_make(name, nullptr);
    if (element == nullptr)
        return false;
    gst_object_unref(element);
    return true;
}

/* Why the plugin is not there: the loader's own words, for each place it should be in. */
std::string why_no_plugin()
{
    const char *variable = g_getenv("GST_PLUGIN_PATH_1_0");
    if (variable == nullptr)
        variable = g_getenv("GST_PLUGIN_PATH");
    g_auto(GStrv) folders = g_strsplit(variable != nullptr ? variable : "", ":", -1);
    for (gchar **folder = folders; *folder != nullptr; ++folder) {
        const auto file = std::filesystem::path(*folder) / "libgstfovea.so";
        std::error_code none;
        if (!std::filesystem::exists(file, none))
            continue;
        g_autoptr(GError) error = nullptr;
        g_autoptr(GstPlugin) plugin = gst_plugin_load_file(file.c_str(), &error);
        return plugin == nullptr ? error->message
                                 : "the plugin '" + file.string() + "' does not have it";
    }
    return "no libgstfovea.so in GST_PLUGIN_PATH; install fovea, or run it as ./fovea";
}

/* libfovea-torch.so as `fovea label`, which lies beside this program, and the plugin load it: "", or what is wrong */
std::string why_no_torch_library()
{
    std::vector<std::filesystem::path> folders = {own_folder()};
    g_autoptr(GstElementFactory) factory = gst_element_factory_find("foveafeatures");
    if (factory != nullptr) {
        g_autoptr(GstPlugin) plugin = gst_plugin_feature_get_plugin(GST_PLUGIN_FEATURE(factory));
        if (plugin != nullptr)
            folders.push_back(std::filesystem::path(gst_plugin_get_filename(plugin)).parent_path());
    }
    try {
        for (const std::filesystem::path &folder : folders)
            open_torch_library(torch_library_places(folder));
    } catch (const Error &error) {
        return error.what();
    }
    return "";
}

bool decodes_h264()
{
    g_autoptr(GstCaps) caps = gst_caps_from_string("video/x-h264");
    GList *decoders =
        gst_element_factory_list_get_elements(GST_ELEMENT_FACTORY_TYPE_DECODER, GST_RANK_MARGINAL);
    GList *fitting = gst_element_factory_list_filter(decoders, caps, GST_PAD_SINK, FALSE);
    const bool found = fitting != nullptr;
    gst_plugin_feature_list_free(fitting);
    gst_plugin_feature_list_free(decoders);
    return found;
}

void check_model(Report &report, const std::string &name, Need need)
{
    bool complete = false;
    std::string remedy = "fovea models fetch " + name;
    try {
        const Bundle model = Bundle::open(name);
        check_pose_names(model);
        complete = model.complete();
    } catch (const Error &error) {
        remedy = error.what();
    }
    report.check(name, complete, need, remedy);
}

void tell_versions()
{
    guint major = 0;
    guint minor = 0;
    guint micro = 0;
    guint nano = 0;
    gst_version(&major, &minor, &micro, &nano);
    const Blas blas = loaded_blas();
    Report::fact("fovea", FOVEA_VERSION);
    Report::fact("GStreamer",
                 std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(micro));
    Report::fact("LibTorch", libtorch_version());
    Report::fact("oneDNN", onednn_version() + ", runs networks on the CPU, in " + cpu_precision());
    Report::fact("OpenCV", opencv_version());
    Report::fact("CUDA", libtorch_cuda());
    Report::fact("BLAS", blas.slow ? blas.name + ", 30 times slower than OpenBLAS: apt-get "
                                                 "install libopenblas0-pthread"
                                   : blas.name);
    Report::fact("CPU",
                 std::to_string(std::thread::hardware_concurrency()) + " cores, " + cpu_features());
}

} // namespace

int doctor()
{
    Report report;
    Report::heading("Versions");
    tell_versions();

    Report::heading("Elements of fovea");
    bool told = false; // the cause is one for all
    for (const char *name : own_elements) {
        const bool there = can_make(name);
        report.check(name, there, Need::Required, there || told ? "" : why_no_plugin());
        told = told || !there;
    }
    const std::string torch_trouble = why_no_torch_library();
    report.check("libfovea-torch.so", torch_trouble.empty(), Need::Required, torch_trouble);
    Report::heading("Elements of GStreamer");
    for (const Requirement &requirement : foreign_elements)
        report.check(requirement.element, can_make(requirement.element), requirement.need,
                     requirement.remedy);
    report.check("a decoder for H.264", decodes_h264(), Need::Required, libav);

    Report::heading("Receivers of results");
    for (const PublisherLibrary &library : publisher_libraries())
        report.check(library.schemes + (library.version.empty() ? "" : " " + library.version),
                     !library.version.empty(), Need::Wanted,
                     std::string("built without; apt-get install ") + library.package +
                         " and build again");

    Report::heading("Models");
    check_model(report, default_model, Need::Required);
    std::string detector = "yolo-fastest-1.1-xl";
    try {
        detector = Bundle::open(default_model).activity().detector;
    } catch (const Error &) { // told by check_model
    }
    if (!detector.empty() && detector != "hog")
        check_model(report, detector, Need::Wanted);

    std::puts(report.good() ? "\nAll that is needed is there." : "\nSomething needed is missing.");
    return report.good() ? 0 : 1;
}

} // namespace fovea
