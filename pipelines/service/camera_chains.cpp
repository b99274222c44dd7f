// SPDX-License-Identifier: MIT
#include "service/camera_chains.h"

#include <cmath>
#include <utility>

#include <gst/app/gstappsink.h>

#include "fovea/bundle/alarm_overrides.h"
#include "fovea/bundle/bundle.h"
#include "fovea/core/formatted.h"
#include "fovea/core/json.h"
#include "fovea/detect/motion_gate.h"
#include "media/analysis_plan.h"
#include "media/element.h"
#include "media/survey.h"

namespace fovea {

namespace {

constexpr const char *shared_networks =
    "watch"; // one set of weights for all cameras, but of foveapose
constexpr int picture_width = 640;

Stage small_queue()
{
    return {"queue",
            {{"leaky", "downstream"},
             {"max-size-buffers", "4"},
             {"max-size-bytes", "0"},
             {"max-size-time", "0"}}};
}

void add_if(Stage *stage, const char *name, const std::optional<double> &value)
{
    if (value)
        stage->properties.emplace_back(name, to_text(*value));
}

} // namespace

Chain alarm_chain(const WatchConfig &watch, const CameraConfig &camera, const std::string &head)
{
    const Bundle bundle = Bundle::open(watch.model);
    AnalysisSettings settings;
    settings.model = watch.model;
    settings.detector = watch.detector;
    settings.pose = watch.pose;
    settings.sampling = Sampling::Every;
    settings.motion_gate = watch.motion_gate ? MotionGate::usual : 0;
    Chain chain = {small_queue(),
                   {"videorate", {{"drop-only", "true"}, {"max-rate", std::to_string(watch.fps)}}}};
    for (Stage &stage : AnalysisPlan(bundle.activity(), settings, {}).features({})) {
        if (stage.factory == "foveadetect" || stage.factory == "foveafeatures")
            stage.properties.emplace_back("model-instance-id", shared_networks);
        chain.push_back(std::move(stage));
    }
    chain.push_back(
        {"foveaattention", {{"model", head}, {"tell-rows", watch.learn ? "true" : "false"}}});
    Stage alarm = {"foveaalarm", {{"model", head}, {"zones", camera.zones}}};
    add_if(&alarm, "on", camera.alarms.on);
    add_if(&alarm, "off", camera.alarms.off);
    add_if(&alarm, "min-duration", camera.alarms.min_duration);
    add_if(&alarm, "cool-down", camera.alarms.cool_down);
    chain.push_back(std::move(alarm));
    return chain;
}

AlarmRule alarm_rule(const CameraConfig &camera, const Bundle &head)
{
    const auto score = [](const std::optional<double> &value) {
        return value ? std::optional<float>(static_cast<float>(*value)) : std::nullopt;
    };
    const AlarmSettings &said = camera.alarms;
    return alarm_rule(
        head,
        AlarmOverrides{score(said.on), score(said.off), said.min_duration, said.cool_down, {}});
}

CardAlarms alarm_limits(const CameraConfig &camera, const std::string &head)
{
    const Bundle bundle = Bundle::open(head);
    return limits_by_label(bundle, alarm_rule(camera, bundle));
}

std::string limits_text(const CardAlarms &limits)
{
    return limits.empty() ? "" : alarms_entry(limits).dump();
}

Chain counting_chain(const CameraConfig &camera, const std::string &head, const CardAlarms &limits)
{
    CardAlarms stretches = limits;
    for (auto &[label, one] : stretches)
        one.cool_down = 0;
    return {{"foveaalarm",
             {{"model", head}, {"zones", camera.zones}, {"limits", limits_text(stretches)}}},
            {"fakesink", {{"async", "false"}}}};
}

Chain picture_chain()
{
    return {
        small_queue(),
        {"foveaoverlay", {}},
        {"videoconvert", {}},
        {"videoscale", {}},
        {"capsfilter",
         {{"caps", "video/x-raw,pixel-aspect-ratio=1/1,width=" + std::to_string(picture_width)}}},
        {"jpegenc", {}},
        {"appsink", {{"sync", "false"}, {"async", "false"}, {"max-buffers", "1"}}}};
}

Stage camera_stage(const CameraConfig &camera, const std::string &uri)
{
    Stage stage = {"foveacamera",
                   {{"uri", uri},
                    {"credentials", camera.credentials},
                    {"ca-file", camera.ca_file},
                    {"transport", camera.transport},
                    {"check-picture", camera.check_picture ? "true" : "false"}}};
    constexpr double ms_a_second = 1000;
    const auto add_ms = [&](const char *name, const std::optional<double> &seconds) {
        if (seconds)
            stage.properties.emplace_back(name,
                                          std::to_string(std::lround(*seconds * ms_a_second)));
    };
    add_ms("timeout", camera.timeout);
    add_ms("frozen-timeout", camera.frozen_timeout);
    return stage;
}

void take_samples(GstElement *sink, std::function<void(GstSample *)> take)
{
    using Take = std::function<void(GstSample *)>;
    GstAppSinkCallbacks callbacks = {};
    callbacks.new_sample = [](GstAppSink *from, gpointer data) {
        if (GstSample *sample = gst_app_sink_pull_sample(from)) {
            (*static_cast<Take *>(data))(sample);
            gst_sample_unref(sample);
        }
        return GST_FLOW_OK;
    };
    gst_app_sink_set_callbacks(GST_APP_SINK(sink), &callbacks, new Take(std::move(take)),
                               [](gpointer data) { delete static_cast<Take *>(data); });
}

} // namespace fovea
