"""The application of README's tutorial: a small shop, as FastAPI applications are. Each answer of a route says in
X-Route which one gave it: what the handler label of the request has to be."""

from uuid import UUID

from fastapi import APIRouter, FastAPI, HTTPException
from fastapi.staticfiles import StaticFiles

app = FastAPI(title="Shop", version="1.0.0")
users = APIRouter(prefix="/users")


@app.middleware("http")
async def say_route(request, call_next):
    response = await call_next(request)
    if "route" in request.scope:
        response.headers["X-Route"] = request.scope["route"].path
    return response


@app.get("/")
def home():
    return {"shop": "open"}


@app.get("/items")
def list_items():
    return [1, 2, 42]


@app.post("/items", status_code=201)
def create_item():
    return {"item": 43}


@app.get("/items/{item_id}")
def read_item(item_id: int):
    if item_id not in (1, 2, 42):
        raise HTTPException(404, "no such item")
    return {"item": item_id}


@app.delete("/items/{item_id}", status_code=204)
def delete_item(item_id: int):
    pass


@app.get("/orders/{order_id}/lines/{line}")
def read_line(order_id: UUID, line: int):
    return {"order": order_id, "line": line}


@app.get("/files/{file_path:path}")
def read_file(file_path: str):
    return {"file": file_path}


@users.get("/me")
def read_me():
    return {"user": "me"}


@users.get("/{user_id}")
def read_user(user_id: str):
    return {"user": user_id}


@users.get("/{user_id}/orders/")
def list_orders(user_id: str):
    return []


app.include_router(users)
app.mount("/static", StaticFiles(directory="static"))
