// Shows how much of an upload has arrived. Without it the form is sent as any other.
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form[data-watched]");
  if (!form) return;
  const status = form.querySelector("[data-status]");
  const bar = status.querySelector("progress");
  const button = form.querySelector("button[type=submit]");
  const megabytes = (bytes) => `${(bytes / 1048576).toLocaleString("en-GB", { maximumFractionDigits: 1 })} MB`;

  const say = (text, share) => {
    status.hidden = false;
    bar.hidden = share === undefined;
    if (share !== undefined) bar.value = share;
    status.querySelector("span").textContent = text;
  };

  const stop = (text) => {
    say(text);
    status.classList.add("failed");
    button.disabled = false;
  };

  const tooLarge = () => {
    const limit = Number(form.dataset.limit || Infinity);
    return [...form.querySelectorAll("input[type=file]")]
      .flatMap((input) => [...input.files])
      .find((file) => file.size > limit);
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    status.classList.remove("failed");
    const large = tooLarge();
    if (large) {
      stop(`${large.name} has ${megabytes(large.size)}; the limit is ${megabytes(Number(form.dataset.limit))}. Zip it, or export shorter periods.`);
      return;
    }
    const request = new XMLHttpRequest();
    request.open("POST", window.location.href);
    request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total, lengthComputable }) => {
      if (!lengthComputable) return;
      const share = loaded / total;
      say(share < 1 ? `${megabytes(loaded)} of ${megabytes(total)}, ${Math.floor(share * 100)} %` : "All has arrived; it is being kept.", share);
    });
    request.addEventListener("load", () => {
      if (request.status === 200 && request.response?.url) window.location.assign(request.response.url);
      else if (request.status === 413) stop("The server in front of Offramp takes no request of this size.");
      else if (request.response?.errors) stop(request.response.errors.join(" "));
      else stop(`It was not taken (HTTP ${request.status}). Load the page anew and try again.`);
    });
    request.addEventListener("error", () => stop("The connection broke off. Nothing was taken; try again."));
    button.disabled = true;
    say("The upload begins.", 0);
    request.send(new FormData(form));
  });
});
