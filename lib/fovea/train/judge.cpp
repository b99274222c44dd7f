#include "fovea/train/judge.h"

#include "fovea/train/batch_loader.h"

namespace fovea {

namespace {

constexpr std::int64_t views_at_once = 16; // bounds the memory of the layers in between

} // namespace

std::vector<Judged> judge(Classifier &classifier, const SampleSource &source, std::int64_t epoch,
                          int ahead, const std::function<bool()> &stop)
{
    const at::NoGradGuard no_grad;
    classifier.set_training(false);
    const std::vector<std::size_t> order = source.order(epoch);
    BatchLoader loader(source, /*batch_size=*/1, ahead);
    loader.begin(epoch);

    std::vector<Judged> result;
    while (!stop || !stop()) {
        const auto batch = loader.next();
        if (!batch)
            break;
        const at::Tensor views = batch->inputs[0].squeeze(0);
        at::Tensor scores = at::zeros({classifier.classes()});
        for (const at::Tensor &some : views.split(views_at_once))
            scores += classifier.logits(some).softmax(/*dim=*/1).sum(0).cpu();
        scores /= static_cast<double>(views.size(0));
        Judged judged;
        judged.index = order[result.size()];
        judged.target = batch->targets[0].item<std::int64_t>();
        judged.scores.assign(scores.data_ptr<float>(), scores.data_ptr<float>() + scores.numel());
        result.push_back(std::move(judged));
    }
    return result;
}

} // namespace fovea
