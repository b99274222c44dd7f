#include "features/shared_extractors.h"

#include <map>
#include <mutex>

#include "fovea/bundle/load.h"
#include "fovea/core/errors.h"

namespace fovea {

namespace {

struct Shared {
    std::filesystem::path folder;
    std::weak_ptr<FeatureExtractor> extractor;
};

} // namespace

std::shared_ptr<FeatureExtractor> shared_extractor(const std::string &id, const Bundle &bundle,
                                                   const EngineOptions &options)
{
    if (id.empty())
        return load_feature_extractor(bundle, options);

    static std::mutex mutex; // guards the map, and makes others wait while one loads
    static std::map<std::string, Shared> in_use;
    const std::lock_guard lock(mutex);

    Shared &shared = in_use[id];
    std::shared_ptr<FeatureExtractor> extractor = shared.extractor.lock();
    if (extractor == nullptr) {
        extractor = load_feature_extractor(bundle, options);
        shared = {bundle.folder(), extractor};
    } else if (shared.folder != bundle.folder()) {
        throw Error(Error::Kind::Settings, "model-instance-id '" + id + "' is in use with model '" +
                                               shared.folder.string() + "', got '" +
                                               bundle.folder().string() +
                                               "'; give this element another id");
    }
    return extractor;
}

} // namespace fovea
